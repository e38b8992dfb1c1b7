package dev.outbox.examples.orderpipeline.order;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes an {@link Order} of a line of JSON, or says in a customer's words why it is none. Thread-safe. */
public final class OrderParser {
    private static final int MAX_LINES = 20;
    private static final int MAX_QUANTITY = 100;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,120}");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,80}");

    private final Catalog catalog;
    private final ObjectMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(10).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Parses orders for the products of {@code catalog}. */
    public OrderParser(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The order that {@code line} holds, priced.
     *
     * @throws InvalidOrderException if it holds none
     */
    public Order parse(String line) throws InvalidOrderException {
        JsonNode root = object(line);
        String id = text(root, "id", ID, "1 to 40 letters, digits, dots, dashes or underscores");
        String customer = text(root, "customer", NAME, "1 to 80 printable characters");
        String email = text(root, "email", EMAIL, "an e-mail address");
        String language = text(root, "language", LANGUAGE, "a language code of two or three letters");
        return new Order(id, customer, email, language, day(root), lines(root));
    }

    private JsonNode object(String line) throws InvalidOrderException {
        JsonNode root;
        try {
            root = json.readTree(line);
        } catch (JsonProcessingException e) {
            throw new InvalidOrderException("not JSON: " + firstLine(e.getOriginalMessage()));
        }
        if (!root.isObject()) {
            throw new InvalidOrderException("a JSON object was expected, not " + kind(root));
        }
        return root;
    }

    private static String text(JsonNode root, String field, Pattern pattern, String rule) throws InvalidOrderException {
        JsonNode value = required(root, field);
        if (!value.isTextual() || !pattern.matcher(value.textValue()).matches()) {
            throw new InvalidOrderException("'" + field + "' must be " + rule);
        }
        return value.textValue();
    }

    private static String day(JsonNode root) throws InvalidOrderException {
        JsonNode value = required(root, "day");
        try {
            return LocalDate.parse(value.asText()).toString();
        } catch (DateTimeParseException e) {
            throw new InvalidOrderException("'day' must be a date such as 2026-03-01");
        }
    }

    private List<Order.Line> lines(JsonNode root) throws InvalidOrderException {
        JsonNode items = required(root, "items");
        if (!items.isArray() || items.isEmpty() || items.size() > MAX_LINES) {
            throw new InvalidOrderException("'items' must be a list of 1 to " + MAX_LINES + " products");
        }
        List<Order.Line> lines = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode item : items) {
            Order.Line line = line(item);
            if (!seen.add(line.sku())) {
                throw new InvalidOrderException("product " + line.sku() + " is listed twice");
            }
            lines.add(line);
        }
        lines.sort(Comparator.comparing(Order.Line::sku));
        return lines;
    }

    private Order.Line line(JsonNode item) throws InvalidOrderException {
        JsonNode sku = required(item, "sku");
        Product product = catalog.find(sku.asText())
                .orElseThrow(() -> new InvalidOrderException("unknown product '" + firstLine(sku.asText()) + "'"));
        JsonNode quantity = required(item, "quantity");
        if (!quantity.isInt() || quantity.intValue() < 1 || quantity.intValue() > MAX_QUANTITY) {
            throw new InvalidOrderException("quantity " + firstLine(quantity.asText()) + " of " + product.sku()
                    + " must be a whole number from 1 to " + MAX_QUANTITY);
        }
        return new Order.Line(product.sku(), quantity.intValue(), product.priceCents());
    }

    private static JsonNode required(JsonNode node, String field) throws InvalidOrderException {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            throw new InvalidOrderException("'" + field + "' is missing");
        }
        return value;
    }

    private static String kind(JsonNode node) {
        return node.isMissingNode()
                ? "nothing"
                : "a JSON " + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What came from outside is shown cut and without control characters: it may be anything. */
    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 100 ? line : line.substring(0, 100) + "...";
    }
}
