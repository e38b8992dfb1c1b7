package dev.outbox.spi;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes an error fit to be stored and shown: one line for the failure and one for its root cause, without control characters and lone surrogates, without
 * what looks like a credential, at most {@value #MAX_LENGTH} characters, and never failing itself.
 */
public final class FailureText {
    /** The longest text, in UTF-16 code units; at most 4,000 bytes in UTF-8. */
    public static final int MAX_LENGTH = 1_000;

    /** A name such as access_token or secretKey, but not AuthorizationException, a sign, perhaps the scheme of an HTTP header, and the value: up to the quote's end, which may be cut off. */
    private static final Pattern CREDENTIAL = Pattern.compile(
            "(?i)((?:password|passwd|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|credential|authorization)(?![\\w.$-]*(?:exception|error)\\b)[\\w.-]{0,30}[\"']?\\s*[=:]\\s*)"
                    + "(?:(?:bearer|basic|digest|negotiate|token)\\s+)?"
                    + "(?:\"[^\"]*(?:\"|$)[^\\s,;&]*|'[^']*(?:'|$)[^\\s,;&]*|[^\\s,;&]+)");

    /** Up to the last @ before a space: a password that was not encoded may hold slashes and @ itself. */
    private static final Pattern USER_INFO = Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]{0,30}://)\\S{0,1000}@");

    private static final int MAX_CAUSES = 20;

    private FailureText() {}

    /** The text of {@code failure}; never throws, whatever the failure's own methods do. */
    public static String of(Throwable failure) {
        String text = describe(failure);
        Throwable root = root(failure);
        return clean(root == failure ? text : text + " | caused by " + describe(root));
    }

    /** {@code text}, made harmless. */
    public static String clean(String text) {
        String cut = text.length() > 4 * MAX_LENGTH ? text.substring(0, 4 * MAX_LENGTH) : text;
        String redacted =
                CREDENTIAL.matcher(USER_INFO.matcher(cut).replaceAll("$1***@")).replaceAll("$1***");
        StringBuilder clean = new StringBuilder(Math.min(redacted.length(), MAX_LENGTH));
        for (int i = 0; i < redacted.length(); ) {
            int c = redacted.codePointAt(i);
            i += Character.charCount(c);
            if (clean.length() + Character.charCount(c) > MAX_LENGTH) {
                int last = clean.codePointBefore(clean.length());
                clean.setLength(clean.length() - Character.charCount(last)); // not half of a pair
                clean.append('…');
                break;
            }
            clean.appendCodePoint(isHarmless(c) ? c : ' ');
        }
        return clean.toString();
    }

    private static boolean isHarmless(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; i < MAX_CAUSES; i++) {
            Throwable cause = causeOf(root);
            if (cause == null || cause == root) {
                return root;
            }
            root = cause;
        }
        return root;
    }

    private static @org.jspecify.annotations.Nullable Throwable causeOf(Throwable failure) {
        try {
            return failure.getCause();
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static String describe(Throwable failure) {
        String name = failure.getClass().getName();
        try {
            String message = failure.getMessage();
            return message == null ? name : String.format(Locale.ROOT, "%s: %s", name, message);
        } catch (RuntimeException e) {
            return name;
        }
    }
}
