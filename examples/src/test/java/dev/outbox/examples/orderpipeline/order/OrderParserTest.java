package dev.outbox.examples.orderpipeline.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderParserTest {
    private static final String VALID =
            "{'id':'A-1','customer':'Ada','email':'ada@example.com','language':'en','day':'2026-03-01',"
                    + "'items':[{'sku':'TEA-02','quantity':2},{'sku':'CUP-01','quantity':1}]}";

    private final OrderParser parser = new OrderParser(Catalog.standard());

    @Test
    void anOrderIsPricedAndItsLinesAreSortedByProduct() throws InvalidOrderException {
        Order order = parser.parse(json(VALID));

        assertThat(order.lines()).extracting(Order.Line::sku).containsExactly("CUP-01", "TEA-02");
        assertThat(order.totalCents()).isEqualTo(1_250 + 2 * 1_490);
    }

    @Test
    void fieldsThatNobodyAskedForArePassedOver() throws InvalidOrderException {
        assertThat(parser.parse(json(VALID.replace("'id'", "'gift':true,'id'"))).id())
                .isEqualTo("A-1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'id':'A-1'                     | 'nr':'A-1'          | 'id' is missing
            'id':'A-1'                     | 'id':''             | 'id' must be 1 to 40 letters
            'id':'A-1'                     | 'id':'a/../b'       | 'id' must be 1 to 40 letters
            'id':'A-1'                     | 'id':7              | 'id' must be 1 to 40 letters
            'customer':'Ada'               | 'customer':null     | 'customer' is missing
            'ada@example.com'              | 'ada at home'       | 'email' must be an e-mail address
            'language':'en'                | 'language':'../en'  | 'language' must be a language code
            'day':'2026-03-01'             | 'day':'2026-02-30'  | 'day' must be a date
            'sku':'CUP-01'                 | 'sku':'MUG-01'      | unknown product 'MUG-01'
            'sku':'CUP-01'                 | 'sku':'TEA-02'      | product TEA-02 is listed twice
            'quantity':2                   | 'quantity':0        | quantity 0 of TEA-02 must be a whole number from 1 to 100
            'quantity':2                   | 'quantity':101      | quantity 101 of TEA-02 must be
            'quantity':2                   | 'quantity':1.5      | quantity 1.5 of TEA-02 must be
            'quantity':2                   | 'quantity':'2'      | quantity 2 of TEA-02 must be
            'quantity':2                   | 'amount':2          | 'quantity' is missing
            'customer'                     | 'id':'A-2','customer' | not JSON: Duplicate field 'id'
            """)
    void whatIsWrongIsSaid(String from, String to, String reason) {
        String line = json(VALID.replace(from, to));
        assertThatThrownBy(() -> parser.parse(line))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "42", "\"order\"", "{", "{}", "{} {}", "\u0000", "[[[[[[[[[[[[[["})
    void whatIsNoObjectIsNoOrder(String line) {
        assertThatThrownBy(() -> parser.parse(line)).isInstanceOf(InvalidOrderException.class);
    }

    @Test
    void aReasonHasNoControlCharactersAndIsShort() {
        String line = json(VALID.replace("CUP-01", "\\u001b[31m" + "x".repeat(5_000)));
        assertThatThrownBy(() -> parser.parse(line))
                .isInstanceOf(InvalidOrderException.class)
                .message()
                .hasSizeLessThan(200)
                .doesNotContain("\u001b");
    }

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
