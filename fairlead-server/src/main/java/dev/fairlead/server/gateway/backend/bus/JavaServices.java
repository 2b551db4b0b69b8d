// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.service.BusService;
import dev.fairlead.server.gateway.backend.UnusableBackend;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Services of a bus that run in the server, made of classes that the configuration names. Belongs to one thread. */
final class JavaServices implements AutoCloseable {

    private final List<BusService> joined = new ArrayList<>();

    private JavaServices() {}

    /**
     * Makes services, which join a bus.
     *
     * @param classes their names
     * @throws UnusableBackend if one of them cannot be made
     */
    static JavaServices join(List<String> classes, MessageBus bus) {
        JavaServices services = new JavaServices();
        try {
            classes.forEach(name -> services.joined.add(made(name).joinTo(bus)));
        } catch (UnusableBackend unusable) {
            services.close();
            throw unusable;
        }
        return services;
    }

    private static BusService made(String name) {
        try {
            return constructor(name).newInstance();
        } catch (InvocationTargetException thrown) {
            throw new UnusableBackend("services: " + name + " cannot be made: " + thrown.getCause(), thrown);
        } catch (ReflectiveOperationException | LinkageError | ClassCastException | IllegalArgumentException unfit) {
            throw new UnusableBackend("services: " + name + " cannot be made: " + unfit.getMessage(), unfit);
        }
    }

    /** {@return why a class cannot be a service; null if it can} Nothing of it runs. */
    static @Nullable String fault(String name) {
        try {
            constructor(name);
            return null;
        } catch (ClassNotFoundException | LinkageError absent) {
            return "not on the class path; name its jar in FAIRLEAD_CLASSPATH";
        } catch (NoSuchMethodException | ClassCastException unfit) {
            return "no service";
        }
    }

    private static Constructor<? extends BusService> constructor(String name)
            throws ClassNotFoundException, NoSuchMethodException {
        ClassLoader programs = Thread.currentThread().getContextClassLoader();
        Class<? extends BusService> service = Class.forName(
                        name, false, programs == null ? JavaServices.class.getClassLoader() : programs)
                .asSubclass(BusService.class);
        if (!Modifier.isPublic(service.getModifiers()) || Modifier.isAbstract(service.getModifiers())) {
            throw new NoSuchMethodException(name);
        }
        return service.getConstructor();
    }

    /** Returns when all have heard what had come for them, or after five seconds for each. */
    @Override
    public void close() {
        joined.forEach(BusService::close);
    }
}
