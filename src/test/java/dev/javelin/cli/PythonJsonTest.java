package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.JavelinException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonJsonTest {
    @Test
    void numbersKeepTheTypeThatPythonGivesThem() {
        assertEquals(1L, PythonJson.parse("1"));
        assertEquals(0L, PythonJson.parse("-0"));
        assertEquals(Long.MAX_VALUE, PythonJson.parse("9223372036854775807"));
        assertEquals(Long.MIN_VALUE, PythonJson.parse("-9223372036854775808"));
        assertEquals(BigInteger.ONE.shiftLeft(63), PythonJson.parse("9223372036854775808"));
        assertEquals(BigInteger.TEN.pow(30), PythonJson.parse("1" + "0".repeat(30)));
        assertEquals(BigInteger.TEN.pow(4299), PythonJson.parse("1" + "0".repeat(4299)));
        assertEquals(1.0, PythonJson.parse("1.0"));
        assertEquals(-0.0, PythonJson.parse("-0.0"));
        assertEquals(1000.0, PythonJson.parse("1e3"));
        assertEquals(0.1, PythonJson.parse("0.1"));
        assertEquals(Double.POSITIVE_INFINITY, PythonJson.parse("1e999"));
        assertEquals(Double.NEGATIVE_INFINITY, PythonJson.parse("-Infinity"));
        assertEquals(Double.NaN, PythonJson.parse("NaN"));
    }

    @Test
    void keysKeepTheirOrderAndTheLastOfEqualOnesWins() {
        Object value = PythonJson.parse("{\"z\": 1, \"a\": [null, true, {}], \"z\": 2, \"\": \"\\ud83d\\ude80\"}");
        assertTrue(value instanceof Map<?, ?> map && List.copyOf(map.keySet()).equals(List.of("z", "a", "")));
        assertEquals("{z=2, a=[null, true, {}], =🚀}", String.valueOf(value));
    }

    @Test
    void textIsTakenAsItIs() {
        assertNull(PythonJson.parse("null"));
        assertEquals("\ud800", PythonJson.parse("\"\\ud800\""));
        assertEquals("é\u0000", PythonJson.parseString(" \"é\\u0000\"\r"));
        assertArrayEquals(new int[] {0, -1, Integer.MAX_VALUE}, PythonJson.parseIds("[0,-1, 2147483647]"));
        String deep = "[".repeat(900) + "]".repeat(900);
        assertEquals(deep, String.valueOf(PythonJson.parse(deep)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "''| there is no JSON value",
                "[1] 2| there is more after the JSON value",
                "01| no JSON: ",
                "[1,]| no JSON: ",
                "{'a': 1}| no JSON: ",
                "\"a| no JSON: ",
                "nul| no JSON: ",
                "\"\t\"| no JSON: ",
            })
    void whatIsNoJsonIsRefused(String text, String message) {
        JavelinException e = assertThrows(JavelinException.class, () -> PythonJson.parse(text));
        assertTrue(e.reason().startsWith(message), e.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1| expected a JSON array of token ids, got the number 1",
                "\"a\"| expected a JSON array of token ids, got a string",
                "[1, 2.0]| element 1 is no token id, but the number 2.0",
                "[true]| element 0 is no token id, but a boolean",
                "[2147483648]| element 0 is no token id, but the number 2147483648",
                "[[1]]| element 0 is no token id, but an array",
                "[null]| element 0 is no token id, but null",
            })
    void idsAreWholeNumbersOf32Bits(String text, String message) {
        assertEquals(
                message,
                assertThrows(JavelinException.class, () -> PythonJson.parseIds(text))
                        .reason());
    }

    @Test
    void hostileDepthAndDigitsAreRefusedInTime() {
        for (String text : List.of("[".repeat(1_000_000), "{\"a\":".repeat(1_000_000), "9".repeat(1_000_000))) {
            assertThrows(JavelinException.class, () -> PythonJson.parse(text));
        }
    }
}
