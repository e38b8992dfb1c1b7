package dev.outbox.consumer;

import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store that can be down, for every call. */
final class FailingStore {
    volatile boolean down;
    final DeliveryStore store;

    FailingStore(DeliveryStore store) {
        this.store = (DeliveryStore) Proxy.newProxyInstance(
                FailingStore.class.getClassLoader(),
                new Class<?>[] {DeliveryStore.class},
                (proxy, method, arguments) -> {
                    if (down) {
                        throw new StoreException("it is down");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getTargetException();
                    }
                });
    }
}
