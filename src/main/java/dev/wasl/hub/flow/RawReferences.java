package dev.wasl.hub.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a person may search a message by that no mapping understood: the values of fields that hold a number or an id at
 * one of our sources, wherever they stand. It judges nothing, and what is not JSON has none.
 */
final class RawReferences {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MOST = 16;
    /** Longer than any id; every reference is a row of an index. */
    private static final int LONGEST = 100;
    /** Shorter ones are codes and counters. */
    private static final int SHORTEST = 3;

    private static final Set<String> FIELDS = Set.of(
            "id",
            "_id",
            "trackingNumber",
            "businessReference",
            "reference",
            "merchant_reference",
            "merchant_order_id",
            "special_reference",
            "order_id",
            "orderId",
            "external_id",
            "externalId",
            "payment_intent",
            "custom_id",
            "invoice_id",
            "tx_ref",
            "flw_ref",
            "transaction_id",
            "transactionId",
            "financialTransactionId",
            "txnid");

    private RawReferences() {}

    /** The first few of them, in the order in which they stand in the body. */
    static Set<String> of(byte[] body) {
        Set<String> found = new LinkedHashSet<>();
        try (JsonParser parser = FACTORY.createParser(body)) {
            JsonToken token = parser.nextToken();
            while (token != null && found.size() < MOST) {
                if ((token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT)
                        && FIELDS.contains(String.valueOf(parser.currentName()))
                        && parser.getTextLength() <= LONGEST) {
                    String value = parser.getText();
                    // ids are plain; NUL and half characters have no place in the journal
                    if (value.length() >= SHORTEST && value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                        found.add(value);
                    }
                }
                token = parser.nextToken();
            }
        } catch (IOException | RuntimeException e) {
            return found; // cut off or no JSON at all: what was read until there counts
        }
        return found;
    }
}
