package dev.javelin.tokenizer.template;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code datetime.strftime} as glibc's does it in the C locale, of a time without a zone. Stateless. */
final class Strftime {
    private Strftime() {}

    static String format(String pattern, LocalDateTime time) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i++);
            if (c != '%' || i >= pattern.length()) {
                out.append(c);
                continue;
            }
            char flag = 0;
            if ("-_0^#".indexOf(pattern.charAt(i)) >= 0 && i + 1 < pattern.length()) {
                flag = pattern.charAt(i++);
            }
            char directive = pattern.charAt(i++);
            String text = directive(directive, time);
            out.append(text == null ? "%" + (flag == 0 ? "" : flag) + directive : flagged(text, flag));
        }
        return out.toString();
    }

    private static String flagged(String text, char flag) {
        return switch (flag) {
            case '-' -> text.replaceFirst("^[0 ]+(?=.)", "");
            case '_' -> {
                int zeros = 0;
                while (zeros < text.length() - 1 && text.charAt(zeros) == '0') {
                    zeros++;
                }
                yield " ".repeat(zeros) + text.substring(zeros);
            }
            case '0' -> text.replace(' ', '0');
            case '^' -> TextCase.upper(text);
            case '#' -> text.equals("AM") || text.equals("PM") ? TextCase.lower(text) : TextCase.upper(text);
            default -> text;
        };
    }

    private static @Nullable String directive(char directive, LocalDateTime time) {
        return switch (directive) {
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'c' -> format("%a %b %e %H:%M:%S %Y", time);
            case 'D', 'x' -> format("%m/%d/%y", time);
            case 'F' -> format("%Y-%m-%d", time);
            case 'R' -> format("%H:%M", time);
            case 'T', 'X' -> format("%H:%M:%S", time);
            case 'r' -> format("%I:%M:%S %p", time);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            case 'z', 'Z' -> "";
            default -> number(directive, time);
        };
    }

    private static @Nullable String number(char directive, LocalDateTime time) {
        int week = time.getDayOfWeek().getValue();
        return switch (directive) {
            case 'd' -> padded(time.getDayOfMonth(), 2);
            case 'e' -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
            case 'f' -> padded(time.getNano() / 1000, 6);
            case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2);
            case 'H' -> padded(time.getHour(), 2);
            case 'I' -> padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2);
            case 'j' -> padded(time.getDayOfYear(), 3);
            case 'k' -> String.format(Locale.ROOT, "%2d", time.getHour());
            case 'l' -> String.format(Locale.ROOT, "%2d", time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
            case 'm' -> padded(time.getMonthValue(), 2);
            case 'M' -> padded(time.getMinute(), 2);
            case 'S' -> padded(time.getSecond(), 2);
            case 'u' -> String.valueOf(week);
            case 'U' -> padded((time.getDayOfYear() + 6 - week % 7) / 7, 2);
            case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case 'w' -> String.valueOf(week % 7);
            case 'W' -> padded((time.getDayOfYear() + 6 - (week + 6) % 7) / 7, 2);
            case 'y' -> padded(time.getYear() % 100, 2);
            case 'Y' -> String.valueOf(time.getYear());
            case 'C' -> padded(time.getYear() / 100, 2);
            default -> null;
        };
    }

    private static String padded(int value, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "d", value);
    }
}
