package dev.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Objects;

/**
 * JSON by Jackson. Thread-safe. Unknown properties are passed over, so that a sender may add some; nesting deeper than 100, and numbers or names of
 * absurd length are refused. There is no polymorphic default typing: the class comes from the caller alone.
 */
public final class JsonCodec implements PayloadCodec {
    private static final int MAX_DEPTH = 100;
    private static final JsonCodec STANDARD = new JsonCodec(JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build());

    private final ObjectMapper mapper;

    private JsonCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** The codec that {@link Message.Builder#json} uses. */
    public static JsonCodec standard() {
        return STANDARD;
    }

    /** A codec with the application's own mapper, which must not change afterwards. */
    public static JsonCodec with(ObjectMapper mapper) {
        return new JsonCodec(Objects.requireNonNull(mapper, "mapper"));
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public Payload encode(Object value) {
        try {
            return Payload.wrap(mapper.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new CodecException("cannot write a " + value.getClass().getName() + " as JSON", withoutSource(e));
        }
    }

    @Override
    public <T> T decode(Payload payload, Class<T> type) {
        T value;
        try {
            value = mapper.readValue(payload.sharedBytes(), type);
        } catch (JsonProcessingException e) {
            throw new CodecException("the payload is not the JSON of a " + type.getName(), withoutSource(e));
        } catch (IOException e) {
            throw new CodecException("the payload is not the JSON of a " + type.getName(), e);
        }
        if (value == null) {
            throw new CodecException("the payload is JSON null, not a " + type.getName());
        }
        return value;
    }

    /** Jackson's messages quote the input; what is thrown keeps the place but not the content. */
    private static IOException withoutSource(JsonProcessingException e) {
        e.clearLocation();
        IOException redacted = new IOException(e.getClass().getSimpleName());
        redacted.setStackTrace(e.getStackTrace());
        return redacted;
    }
}
