// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import dev.fairlead.mesh.wire.PythonJson;
import dev.fairlead.mesh.wire.ServiceDescription;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The annotated methods of an object, by their names in the mesh. */
final class ServedMethods {

    /** A method, ready to be called. */
    static final class Served {

        private final Object target;
        private final Method method;
        private final MeshMethod terms;
        private final String name;

        private Served(Object target, Method method, MeshMethod terms) {
            this.target = target;
            this.method = method;
            this.terms = terms;
            this.name = terms.name().isEmpty() ? method.getName() : terms.name();
        }

        boolean wantsAuthorization() {
            return terms.authorize();
        }

        boolean requiresEncryption() {
            return terms.requiresEncryption();
        }

        /**
         * {@return the arguments of a call}
         *
         * @throws IllegalArgumentException if one is missing, unknown or of another type
         */
        @Nullable
        Object[] arguments(Map<?, ?> params, MeshContext context) {
            List<@Nullable Object> arguments = new ArrayList<>();
            List<Object> unknown = new ArrayList<>(params.keySet());
            for (Parameter parameter : method.getParameters()) {
                if (parameter.getType() == MeshContext.class) {
                    arguments.add(context);
                    continue;
                }
                String called = nameOf(parameter);
                unknown.remove(called);
                if (!params.containsKey(called) && isRequired(parameter)) {
                    throw new IllegalArgumentException(name + "() missing a required argument: '" + called + "'");
                }
                try {
                    arguments.add(Conversion.toJava(
                            params.containsKey(called) ? params.get(called) : defaultOf(parameter),
                            parameter.getParameterizedType()));
                } catch (IllegalArgumentException unfit) {
                    throw new IllegalArgumentException(
                            name + "() argument '" + called + "': " + unfit.getMessage(), unfit);
                }
            }
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        name + "() got an unexpected keyword argument '" + unknown.get(0) + "'");
            }
            return arguments.toArray();
        }

        /** {@return what the method returned} */
        @Nullable
        Object call(@Nullable Object[] arguments) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        private ServiceDescription.Method description() {
            List<ServiceDescription.Parameter> parameters = new ArrayList<>();
            for (Parameter parameter : method.getParameters()) {
                if (parameter.getType() != MeshContext.class) {
                    boolean required = isRequired(parameter);
                    Param words = parameter.getAnnotation(Param.class);
                    parameters.add(new ServiceDescription.Parameter(
                            nameOf(parameter),
                            Conversion.pythonType(parameter.getParameterizedType()),
                            words == null ? "" : words.description(),
                            required ? "" : defaultOf(parameter),
                            required));
                }
            }
            return new ServiceDescription.Method(
                    terms.description().isEmpty() ? null : terms.description(), terms.requiresEncryption(), parameters);
        }
    }

    private final Map<String, Served> methods = new TreeMap<>();

    /**
     * Looks at an object's methods.
     *
     * @throws IllegalArgumentException if one cannot be served, with the reason
     */
    ServedMethods(Object target) {
        Method[] all = target.getClass().getMethods();
        Arrays.sort(all, Comparator.comparing(Method::getName));
        for (Method method : all) {
            MeshMethod terms = method.getAnnotation(MeshMethod.class);
            if (terms != null && !method.isBridge()) {
                add(new Served(target, method, terms));
            }
        }
        for (Method method : target.getClass().getDeclaredMethods()) {
            if (method.isAnnotationPresent(MeshMethod.class) && !Modifier.isPublic(method.getModifiers())) {
                throw new IllegalArgumentException("method: " + method.getName() + " (expected: a public one)");
            }
        }
    }

    private void add(Served served) {
        if (served.name.startsWith("_") || served.name.equals(ServiceDescription.METHOD)) {
            throw new IllegalArgumentException(
                    "method: " + served.name + " (expected: a name that does not begin with _" + ", and is not "
                            + ServiceDescription.METHOD + ")");
        }
        if (methods.put(served.name, served) != null) {
            throw new IllegalArgumentException("method: " + served.name + " twice (expected: one for each name)");
        }
        served.method.setAccessible(true); // the class may be no public one
        ServiceDescription.Method ignored =
                served.description(); // which tells a parameter without a name, or with a default that is no JSON
    }

    Optional<Served> find(String name) {
        return Optional.ofNullable(methods.get(name));
    }

    boolean anyRequiresEncryption() {
        return methods.values().stream().anyMatch(Served::requiresEncryption);
    }

    /** {@return the methods that are not hidden} */
    Map<String, ServiceDescription.Method> descriptions() {
        Map<String, ServiceDescription.Method> descriptions = new TreeMap<>();
        methods.forEach((name, served) -> {
            ServiceDescription.Method description = served.description();
            if (!served.terms.hidden()) {
                descriptions.put(name, description);
            }
        });
        return descriptions;
    }

    private static String nameOf(Parameter parameter) {
        Param words = parameter.getAnnotation(Param.class);
        if (words != null && !words.value().isEmpty()) {
            return words.value();
        }
        if (!parameter.isNamePresent()) {
            throw new IllegalArgumentException("parameter: without a name in "
                    + parameter.getDeclaringExecutable().getName() + " (expected: @Param, or javac -parameters)");
        }
        return parameter.getName();
    }

    private static boolean isRequired(Parameter parameter) {
        Param words = parameter.getAnnotation(Param.class);
        return parameter.getType() != Optional.class
                && (words == null || words.defaultValue().isEmpty());
    }

    private static @Nullable Object defaultOf(Parameter parameter) {
        Param words = parameter.getAnnotation(Param.class);
        return words == null || words.defaultValue().isEmpty() ? null : PythonJson.parse(words.defaultValue());
    }
}
