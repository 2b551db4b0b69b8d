// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values of JSON as the types of a method's parameters, and results as values of JSON. It knows texts, truth, numbers that
 * fit, enums by name, lists, maps with text keys, {@code Optional}, and records by the names of their components; a
 * parameter of type {@code Object} takes any value as it is.
 */
final class Conversion {

    private Conversion() {}

    /**
     * {@return the value as this type}
     *
     * @throws IllegalArgumentException if it is none
     */
    static @Nullable Object toJava(@Nullable Object json, Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            return generic(json, raw, generic.getActualTypeArguments());
        }
        if (!(type instanceof Class<?> wanted)) {
            return json;
        }
        if (json == null) {
            if (wanted.isPrimitive()) {
                throw unfit(null, wanted);
            }
            return null;
        }
        if (wanted == Object.class || wanted.isInstance(json)) {
            return json;
        }
        if (json instanceof Number number) {
            return number(number, wanted);
        }
        if (json instanceof Boolean && wanted == boolean.class) {
            return json;
        }
        if (json instanceof String text && wanted.isEnum()) {
            for (Object constant : wanted.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
        }
        if (json instanceof Map<?, ?> members && wanted.isRecord()) {
            return record(members, wanted);
        }
        throw unfit(json, wanted);
    }

    private static @Nullable Object generic(@Nullable Object json, Class<?> raw, Type[] arguments) {
        if (raw == Optional.class) {
            return json == null ? Optional.empty() : Optional.ofNullable(toJava(json, arguments[0]));
        }
        if (json == null) {
            return null;
        }
        if (raw.isAssignableFrom(List.class) && json instanceof List<?> elements) {
            List<@Nullable Object> converted = new ArrayList<>();
            elements.forEach(element -> converted.add(toJava(element, arguments[0])));
            return converted;
        }
        if (raw == Map.class && json instanceof Map<?, ?> members) {
            Map<Object, @Nullable Object> converted = new LinkedHashMap<>();
            members.forEach((name, value) -> converted.put(name, toJava(value, arguments[1])));
            return converted;
        }
        throw unfit(json, raw);
    }

    private static Object number(Number number, Class<?> wanted) {
        BigDecimal exact = new BigDecimal(number.toString());
        try {
            if (wanted == long.class || wanted == Long.class) {
                return exact.longValueExact();
            } else if (wanted == int.class || wanted == Integer.class) {
                return exact.intValueExact();
            } else if (wanted == short.class || wanted == Short.class) {
                return exact.shortValueExact();
            } else if (wanted == byte.class || wanted == Byte.class) {
                return exact.byteValueExact();
            } else if (wanted == BigInteger.class) {
                return exact.toBigIntegerExact();
            }
        } catch (ArithmeticException tooLargeOrAFraction) {
            throw unfit(number, wanted);
        }
        if (wanted == double.class || wanted == Double.class) {
            return number.doubleValue();
        } else if (wanted == float.class || wanted == Float.class) {
            return number.floatValue();
        } else if (wanted == BigDecimal.class) {
            return exact;
        }
        throw unfit(number, wanted);
    }

    private static Object record(Map<?, ?> members, Class<?> wanted) {
        RecordComponent[] components = wanted.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = toJava(members.get(components[i].getName()), components[i].getGenericType());
        }
        try {
            Constructor<?> constructor = wanted.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException("a " + wanted.getSimpleName() + " cannot be made of these members", e);
        }
    }

    private static IllegalArgumentException unfit(@Nullable Object json, Class<?> wanted) {
        return new IllegalArgumentException(
                pythonName(json == null ? null : json.getClass()) + " given, " + wanted.getSimpleName() + " expected");
    }

    /** {@return the value with records as maps and absent values as null, all the way down} */
    static @Nullable Object toJson(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return toJson(optional.orElse(null));
        }
        if (value instanceof Record) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                try {
                    component.getAccessor().setAccessible(true);
                    members.put(
                            component.getName(), toJson(component.getAccessor().invoke(value)));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalArgumentException("a " + value.getClass().getSimpleName() + " cannot be read", e);
                }
            }
            return members;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put(String.valueOf(name), toJson(member)));
            return members;
        }
        if (value instanceof Collection<?> elements) {
            List<@Nullable Object> list = new ArrayList<>();
            elements.forEach(element -> list.add(toJson(element)));
            return list;
        }
        return value;
    }

    /** {@return the type's name in a service's description; empty if Python has none for it} */
    static String pythonType(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Optional.class
                    ? pythonType(generic.getActualTypeArguments()[0])
                    : pythonType(generic.getRawType());
        }
        return type instanceof Class<?> known && known != Object.class ? pythonName(known) : "";
    }

    private static String pythonName(@Nullable Class<?> type) {
        if (type == null) {
            return "None";
        } else if (CharSequence.class.isAssignableFrom(type) || type.isEnum()) {
            return "str";
        } else if (type == boolean.class || type == Boolean.class) {
            return "bool";
        } else if (type == double.class
                || type == Double.class
                || type == float.class
                || type == Float.class
                || type == BigDecimal.class) {
            return "float";
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "int";
        } else if (Map.class.isAssignableFrom(type) || type.isRecord()) {
            return "dict";
        } else if (List.class.isAssignableFrom(type)) {
            return "list";
        }
        return "";
    }
}
