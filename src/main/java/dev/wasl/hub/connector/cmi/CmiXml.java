package dev.wasl.hub.connector.cmi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the answers of CMI's platform: elements with text, or with elements. */
final class CmiXml {

    private static final int DEEPEST = 8;
    private static final XMLInputFactory FACTORY = factory();

    private CmiXml() {}

    /** No document type and no entities from elsewhere: an answer is data. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /**
     * The elements inside of the root, by name.
     *
     * @throws HubException {@code CONNECTOR_ANSWER_UNREADABLE}
     */
    static ObjectNode read(byte[] xml) {
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(xml));
            try {
                reader.nextTag();
                if (value(reader, 1) instanceof ObjectNode elements) {
                    return elements;
                }
            } finally {
                reader.close();
            }
        } catch (XMLStreamException | RuntimeException e) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "CMI's answer is not XML", e);
        }
        throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "CMI's answer is empty");
    }

    /** What stands in the element that was just opened, up to its end. */
    private static JsonNode value(XMLStreamReader reader, int depth) throws XMLStreamException {
        if (depth > DEEPEST) {
            throw new XMLStreamException("nested too deep");
        }
        StringBuilder text = new StringBuilder();
        ObjectNode elements = JsonNodeFactory.instance.objectNode();
        for (int event = reader.next(); event != XMLStreamReader.END_ELEMENT; event = reader.next()) {
            if (event == XMLStreamReader.START_ELEMENT) {
                String name = reader.getLocalName();
                elements.set(name, value(reader, depth + 1));
            } else if (reader.isCharacters()) {
                text.append(reader.getText());
            }
        }
        return elements.isEmpty() ? TextNode.valueOf(text.toString().strip()) : elements;
    }
}
