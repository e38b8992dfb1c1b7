package dev.outbox.faults.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.CodecException;
import dev.outbox.JsonCodec;
import dev.outbox.Payload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Payloads for the codec: it decodes or says that it cannot, without a word of what was in it, and makes nothing that a message asks for by its class. */
final class Payloads implements Target {
    /** What an application might have registered. */
    record Order(String id, int count, BigDecimal price, List<String> lines, Map<String, Object> more, Object any) {}

    private static final Class<?>[] TYPES = {
        Order.class,
        Object.class,
        Map.class,
        List.class,
        String.class,
        Integer.class,
        long.class,
        BigInteger.class,
        Double.class,
        byte[].class,
        Optional.class,
        Enum.class,
        Thread.State.class
    };

    @Override
    public String name() {
        return "codec";
    }

    @Override
    public boolean feed(SplittableRandom random) {
        byte[] bytes = bytes(random);
        Class<?> type = Hostile.once(random, 2) ? Order.class : Hostile.one(random, TYPES);
        boolean decoded = decodes(bytes, type);
        if (type == Object.class && decoded) {
            Object value = JsonCodec.standard().decode(Payload.wrap(bytes), Object.class);
            Promises.require(value.getClass().getName().startsWith("java."), "JSON is made of what Java has");
        }
        Promises.require(!Trap.sprung, "no class is instantiated because a message names it");
        return decoded;
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] json = JsonTexts.value(random, 0).getBytes(UTF_8);
        if (Hostile.once(random, 20) && json.length > 0) {
            json[random.nextInt(json.length)] = (byte) random.nextInt();
        }
        return Hostile.once(random, 100) ? Hostile.secretBytes(random) : json;
    }

    private static boolean decodes(byte[] bytes, Class<?> type) {
        try {
            JsonCodec.standard().decode(Payload.wrap(bytes), type);
            return true;
        } catch (CodecException refused) {
            Promises.discreet(refused);
            return false;
        }
    }
}
