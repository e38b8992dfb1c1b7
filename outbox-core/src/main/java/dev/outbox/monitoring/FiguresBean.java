package dev.outbox.monitoring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/** A bean of attributes that can be read, and nothing else. */
final class FiguresBean implements DynamicMBean {
    private final Reading<?> reading;

    FiguresBean(Figures<?> figures) {
        this.reading = new Reading<>(figures);
    }

    /** Keeps the type of a look in one place. */
    private static final class Reading<S> {
        private final Figures<S> figures;
        private final Map<String, Figure<S>> byName = new LinkedHashMap<>();

        Reading(Figures<S> figures) {
            this.figures = figures;
            figures.all().forEach(figure -> byName.put(figure.name(), figure));
        }

        AttributeList read(String... names) {
            S look = figures.look().get();
            AttributeList values = new AttributeList();
            for (String name : names) {
                Figure<S> figure = byName.get(name);
                if (figure != null) {
                    values.add(new Attribute(name, figure.value().apply(look)));
                }
            }
            return values;
        }

        MBeanInfo info() {
            MBeanAttributeInfo[] attributes = byName.values().stream()
                    .map(figure -> new MBeanAttributeInfo(
                            figure.name(), figure.type().getName(), figure.description(), true, false, false))
                    .toArray(MBeanAttributeInfo[]::new);
            return new MBeanInfo(FiguresBean.class.getName(), figures.description(), attributes, null, null, null);
        }
    }

    @Override
    public @Nullable Object getAttribute(String name) throws AttributeNotFoundException {
        AttributeList found = reading.read(Objects.requireNonNull(name, "name"));
        if (found.isEmpty()) {
            throw new AttributeNotFoundException(name);
        }
        return ((Attribute) found.get(0)).getValue();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        return reading.read(names);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(action), "there are no operations");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return reading.info();
    }
}
