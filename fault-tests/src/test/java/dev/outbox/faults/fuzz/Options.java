package dev.outbox.faults.fuzz;

import dev.outbox.Message;
import dev.outbox.consumer.ConsumerOptions;
import dev.outbox.inprocess.InProcessOptions;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.kafka.KafkaSource;
import dev.outbox.publish.PendingLimit;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.Backoff;
import dev.outbox.retry.RateLimit;
import dev.outbox.retry.RetryBudget;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetterQuery;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Every option with every value that its type has: taken, or refused in a sentence. What is taken can be used. */
final class Options implements Target {
    private static final int SHORTEST_SENTENCE = 15;
    private static final Class<?>[] FACTORIES = {PendingLimit.class, RateLimit.class, RetryBudget.class};

    private final Map<Class<?>, List<Method>> methods = new HashMap<>();

    @Override
    public String name() {
        return "options";
    }

    @Override
    public boolean feed(SplittableRandom random) throws ReflectiveOperationException {
        Object options = begun(random);
        boolean any = false;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            Object next = Hostile.once(random, 10) ? made(random) : changed(options, random);
            any |= next != null;
            options = next != null && next.getClass() == options.getClass() ? next : options;
        }
        use(options, random);
        return any;
    }

    private static Object begun(SplittableRandom random) {
        return switch (random.nextInt(11)) {
            case 0 -> RelayOptions.defaults();
            case 1 -> ConsumerOptions.defaults();
            case 2 -> InProcessOptions.defaults();
            case 3 -> SubscriberOptions.defaults();
            case 4 -> JdbcOptions.defaults();
            case 5 -> RetryPolicy.exponential(Duration.ofMillis(1));
            case 6 -> Backoff.exponential(Duration.ofMillis(1));
            case 7 -> Message.to("orders");
            case 8 -> DeadLetterQuery.all();
            case 9 -> KafkaSource.from("localhost:9092");
            default -> RetryPolicy.fixed(Duration.ofSeconds(1));
        };
    }

    private Object changed(Object options, SplittableRandom random) throws ReflectiveOperationException {
        return call(options.getClass(), options, random);
    }

    private Object made(SplittableRandom random) throws ReflectiveOperationException {
        return call(FACTORIES[random.nextInt(FACTORIES.length)], null, random);
    }

    /** What it leads to; null if it was refused. */
    private Object call(Class<?> type, Object target, SplittableRandom random) throws ReflectiveOperationException {
        List<Method> all = methods.computeIfAbsent(type, Options::setters);
        Method method = all.get(random.nextInt(all.size()));
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(parameter -> Values.of(parameter, random))
                .toArray();
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException refused) {
            Throwable sentence = refused.getCause();
            if (sentence instanceof IllegalArgumentException || sentence instanceof IllegalStateException) {
                String text = String.valueOf(sentence.getMessage());
                Promises.require(text.length() >= SHORTEST_SENTENCE, method + " says why: " + text);
                Promises.discreet(sentence);
                return null;
            }
            throw new AssertionError(method + " with " + Arrays.toString(arguments), refused.getCause());
        }
    }

    private static List<Method> setters(Class<?> type) {
        List<Method> found = new ArrayList<>();
        for (Method method : type.getMethods()) {
            boolean factory = Modifier.isStatic(method.getModifiers());
            if (method.getDeclaringClass() == type
                    && factory == Arrays.asList(FACTORIES).contains(type)
                    && method.getParameterCount() > 0
                    && method.getReturnType() == type
                    && Arrays.stream(method.getParameterTypes()).allMatch(Values::has)) {
                found.add(method);
            }
        }
        found.sort(Comparator.comparing(Method::toString));
        return found;
    }

    private static void use(Object options, SplittableRandom random) {
        if (options instanceof RetryPolicy policy) {
            Duration elapsed = Values.duration(random).abs();
            Duration previous = Duration.ofNanos(Math.abs(Hostile.number(random) / 2));
            int attempts = 1 + (int) Math.abs(Hostile.number(random) % Integer.MAX_VALUE);
            String decision = policy.decide(attempts, elapsed, previous, new RuntimeException(), random)
                    .toString();
            Promises.require(!decision.contains("-"), "a delay is never negative: " + decision);
        } else if (options instanceof Message.Builder message) {
            String envelope = message.text(Hostile.secret(random)).toString();
            Promises.require(!envelope.contains(Hostile.CANARY), "a message does not show its values");
        } else if (options instanceof KafkaSource.Builder source && Hostile.once(random, 1_000)) {
            secretive(source);
        } else {
            Promises.require(!String.valueOf(options).contains(Hostile.CANARY), "options show no secret");
        }
    }

    private static void secretive(KafkaSource.Builder source) {
        try {
            source.property("sasl.jaas.config", "x.Module required password=\"" + Hostile.CANARY + "\";")
                    .topics("orders")
                    .build();
        } catch (IllegalArgumentException refused) {
            Promises.discreet(refused);
        }
    }
}
