// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a service says of itself when asked for {@value #METHOD}.
 *
 * @param serviceName its name
 * @param serviceVersion its version
 * @param description for a person
 * @param publicKeyPem under which requests are sealed; absent if no method needs it
 * @param methods by name, in the order of the service
 */
public record ServiceDescription(
        String serviceName,
        String serviceVersion,
        String description,
        Optional<String> publicKeyPem,
        Map<String, Method> methods) {

    /** The method that every service has. */
    public static final String METHOD = "nuropb_describe";

    /** Takes a copy of the methods. */
    public ServiceDescription {
        methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    }

    /**
     * A method of a service.
     *
     * @param description for a person; null if there is none
     * @param requiresEncryption whether clients seal their requests
     * @param parameters in the order of the method
     */
    public record Method(@Nullable String description, boolean requiresEncryption, List<Parameter> parameters) {
        /** Takes a copy of the parameters. */
        public Method {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * A parameter of a method.
     *
     * @param name its name
     * @param type a type of Python ({@code int}, {@code str}, {@code float}, {@code bool}, {@code list}, {@code dict}), or
     *     empty
     * @param description for a person; may be empty
     * @param defaultValue what it is unless given; empty text if there is none
     * @param required whether it must be given
     */
    public record Parameter(
            String name,
            String type,
            String description,
            @Nullable Object defaultValue,
            boolean required) {}

    /** {@return whether requests for this method are to be sealed} */
    public boolean requiresEncryption(String method) {
        Method known = methods.get(method);
        return known != null && known.requiresEncryption();
    }

    /**
     * {@return the key under which requests are sealed}
     *
     * @throws MalformedMeshMessage if the service gave one that is none
     */
    public Optional<PublicKey> publicKey() {
        try {
            return publicKeyPem.map(ServiceKeys::publicKey);
        } catch (IllegalArgumentException noKey) {
            throw new MalformedMeshMessage("public_key: no RSA key as PEM");
        }
    }

    /** {@return the document on the wire} */
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("service_name", serviceName);
        document.put("service_version", serviceVersion);
        document.put("description", description);
        document.put("warnings", List.of());
        document.put("encrypted_methods", methods.values().stream().anyMatch(Method::requiresEncryption));
        document.put("public_key", publicKeyPem.orElse(null));
        Map<String, Object> all = new LinkedHashMap<>();
        methods.forEach((name, method) -> all.put(name, json(method)));
        document.put("methods", all);
        return document;
    }

    private static Map<String, @Nullable Object> json(Method method) {
        List<Object> properties = new ArrayList<>();
        List<String> required = new ArrayList<>();
        for (Parameter parameter : method.parameters()) {
            Map<String, @Nullable Object> property = new LinkedHashMap<>();
            property.put("type", parameter.type());
            property.put("description", parameter.description());
            property.put("default", parameter.defaultValue());
            properties.add(List.of(parameter.name(), property));
            if (parameter.required()) {
                required.add(parameter.name());
            }
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("type", "object");
        parameters.put("properties", properties);
        parameters.put("required", required);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("description", method.description());
        document.put("requires_encryption", method.requiresEncryption());
        document.put("parameters", parameters);
        return document;
    }

    /**
     * {@return the description that a service sent; what it left out is empty}
     *
     * @throws MalformedMeshMessage if it is no description
     */
    public static ServiceDescription read(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> document) || !(document.get("methods") instanceof Map<?, ?> all)) {
            throw new MalformedMeshMessage("description: no object with methods");
        }
        Map<String, Method> methods = new LinkedHashMap<>();
        all.forEach((name, method) -> {
            if (method instanceof Map<?, ?> members) {
                methods.put(String.valueOf(name), method(members));
            }
        });
        return new ServiceDescription(
                text(document.get("service_name")),
                text(document.get("service_version")),
                text(document.get("description")),
                document.get("public_key") instanceof String pem ? Optional.of(pem) : Optional.empty(),
                methods);
    }

    private static Method method(Map<?, ?> members) {
        List<Parameter> parameters = new ArrayList<>();
        if (members.get("parameters") instanceof Map<?, ?> schema
                && schema.get("properties") instanceof List<?> properties) {
            List<?> required = schema.get("required") instanceof List<?> names ? names : List.of();
            for (Object property : properties) {
                if (property instanceof List<?> pair && pair.size() == 2 && pair.get(1) instanceof Map<?, ?> type) {
                    String name = text(pair.get(0));
                    parameters.add(new Parameter(
                            name,
                            text(type.get("type")),
                            text(type.get("description")),
                            type.get("default"),
                            required.contains(name)));
                }
            }
        }
        return new Method(
                members.get("description") instanceof String text ? text : null,
                Boolean.TRUE.equals(members.get("requires_encryption")),
                parameters);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
