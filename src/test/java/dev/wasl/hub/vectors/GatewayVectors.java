package dev.wasl.hub.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs the vector file of one gateway; one class per connector, listed in {@code VectorsTest}. */
public interface GatewayVectors {

    /** The word in the file's {@code gateway}. */
    String gateway();

    /** Is shown the whole file before its sections, for what its cases share. */
    default void open(JsonNode file) {}

    /** The sections of the file that hold cases, each with what makes its cases executable. */
    Map<String, Function<JsonNode, VectorCase>> sections();

    /**
     * A case that can be run.
     *
     * @param name what the test is called; for a case that the scheme leaves open it holds our outcome
     * @param check throws when the hub decides differently
     */
    record VectorCase(String name, Check check) {}

    /** The assertion of a case. */
    interface Check {
        void run() throws Exception;
    }

    /** The names of a node's fields. */
    static Stream<String> names(JsonNode node) {
        Stream.Builder<String> names = Stream.builder();
        node.fieldNames().forEachRemaining(names::add);
        return names.build();
    }
}
