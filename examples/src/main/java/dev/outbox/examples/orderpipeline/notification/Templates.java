package dev.outbox.examples.orderpipeline.notification;

import dev.outbox.examples.orderpipeline.order.Order;
import dev.outbox.examples.orderpipeline.order.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The texts of notifications, one file of properties a language: those that come with the shop, and those that a person has put into a directory. Read once.
 * Thread-safe.
 */
public final class Templates {
    private static final String OWN = "/dev/outbox/examples/orderpipeline/templates/";

    private final Path directory;
    private final Map<String, Properties> byLanguage = new ConcurrentHashMap<>();

    /** The shop's own texts, and those in {@code directory}, which need not exist. */
    public Templates(Path directory) {
        this.directory = directory;
    }

    /**
     * What to tell the customer.
     *
     * @throws MissingTemplateException if there is no text in their language
     */
    String text(Order order, Outcome outcome) {
        String template =
                byLanguage.computeIfAbsent(order.language(), this::load).getProperty(outcome.name());
        if (template == null) {
            throw new MissingTemplateException("no text for " + outcome + " in language '" + order.language() + "'");
        }
        return template.replace("{customer}", order.customer())
                .replace("{order}", order.id())
                .replace("{total}", String.format(Locale.ROOT, "%.2f €", order.totalCents() / 100.0));
    }

    private Properties load(String language) {
        String name = language + ".properties";
        Path file = directory.resolve(name);
        try (InputStream in =
                Files.exists(file) ? Files.newInputStream(file) : Templates.class.getResourceAsStream(OWN + name)) {
            if (in == null) {
                throw new MissingTemplateException("no texts in language '" + language + "': write " + file);
            }
            Properties texts = new Properties();
            try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                texts.load(reader);
            }
            return texts;
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }
}
