// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.service;

import dev.fairlead.bus.BusMessage;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The annotated methods of a service, by the types that they hear. */
final class HeardTypes {

    private final Map<String, Method> methods = new TreeMap<>();

    /**
     * Looks at the methods of a service's class.
     *
     * @throws IllegalArgumentException if one cannot hear messages, or none does, with the reason
     */
    HeardTypes(Class<? extends BusService> service) {
        for (Method method : service.getMethods()) {
            if (!method.isBridge()) {
                add(method);
            }
        }
        for (Class<?> type = service; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(MessageType.class) && !Modifier.isPublic(method.getModifiers())) {
                    throw new IllegalArgumentException("method: " + method.getName() + " (expected: a public one)");
                }
            }
        }
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("service: " + service.getName()
                    + " hears nothing (expected: at least one method with @MessageType)");
        }
    }

    private void add(Method method) {
        MessageType types = method.getAnnotation(MessageType.class);
        if (types == null) {
            return;
        }
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length != 1 || parameters[0] != BusMessage.class || method.getReturnType() != void.class) {
            throw new IllegalArgumentException(
                    "method: " + method.getName() + " (expected: void " + method.getName() + "(BusMessage))");
        }
        if (types.value().length == 0) {
            throw new IllegalArgumentException(
                    "method: " + method.getName() + " without a type (expected: one or more)");
        }
        for (String type : types.value()) {
            Method other = methods.put(type, method);
            if (other != null) {
                throw new IllegalArgumentException("type: " + type + " twice, of " + other.getName() + " and "
                        + method.getName() + " (expected: one method for each type)");
            }
        }
        try {
            method.setAccessible(true); // the class may be no public one
        } catch (InaccessibleObjectException closed) {
            throw new IllegalArgumentException(
                    "method: " + method.getName() + " cannot be called; let the module open "
                            + method.getDeclaringClass().getPackageName() + " to dev.fairlead.bus",
                    closed);
        }
    }

    Set<String> types() {
        return methods.keySet();
    }

    /** Calls the method that hears such messages; an answer that came too late has none. */
    void hear(BusService service, BusMessage message) throws Exception {
        @Nullable Method method = methods.get(message.type());
        if (method == null) {
            return;
        }
        try {
            method.invoke(service, message);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception fault) {
                throw fault;
            }
            throw thrown;
        }
    }
}
