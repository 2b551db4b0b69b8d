// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Reads one pickle that may come from anyone. Pyrolite reads plain values; all that builds objects, dictionaries or sets, or
 * would take more memory or time than the pickle has bytes, is read here or refused. So the order of a dictionary is kept too,
 * and nothing is looked up in the registry that all of a program's unpicklers share.
 */
final class ListedUnpickler extends Unpickler {

    /** What Python's own pickles name besides classes that are listed: these become plain values. */
    private static final Set<String> PLAIN = Set.of(
            "builtins.set",
            "__builtin__.set",
            "builtins.frozenset",
            "__builtin__.frozenset",
            "builtins.bytes",
            "builtins.bytearray",
            "__builtin__.bytearray",
            "_codecs.encode",
            "collections.OrderedDict");

    private final byte[] pickle;
    private final Set<String> listed;
    private final boolean faults;
    private int encoded;
    private @Nullable Unreadable refused;

    /** Stands on the stack for a class. */
    private record Named(String className) {}

    ListedUnpickler(byte[] pickle, Set<String> listed, boolean faults) {
        this.pickle = pickle;
        this.listed = listed;
        this.faults = faults;
    }

    @Nullable
    Object read() throws Unreadable {
        try {
            return load(new ByteArrayInputStream(pickle));
        } catch (IOException | RuntimeException malformed) {
            // Pyrolite meets much of what is malformed with whatever exception comes of it.
            throw refused == null ? new Unreadable("a malformed pickle") : refused;
        }
    }

    private PickleException refuse(Unreadable reason) {
        refused = reason;
        return new PickleException(reason.getMessage());
    }

    private PickleException refuse(String reason) {
        return refuse(new Unreadable(reason));
    }

    @Override
    protected @Nullable Object dispatch(short opcode) throws IOException {
        switch (opcode) {
            case Opcodes.MARK,
                    Opcodes.STOP,
                    Opcodes.POP,
                    Opcodes.DUP,
                    Opcodes.NONE,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.INT,
                    Opcodes.LONG1,
                    Opcodes.BINFLOAT,
                    Opcodes.SHORT_BINUNICODE,
                    Opcodes.SHORT_BINBYTES,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.EMPTY_LIST,
                    Opcodes.LIST,
                    Opcodes.APPEND,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.PROTO,
                    Opcodes.FRAME -> {
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE, Opcodes.BINBYTES -> {
                expectBytes(4);
                return super.dispatch(opcode);
            }
            case Opcodes.BINUNICODE8, Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> {
                expectBytes(8);
                return super.dispatch(opcode);
            }
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.DICT -> {
                Map<@Nullable Object, @Nullable Object> dict = new LinkedHashMap<>();
                putAll(dict, stack.pop_all_since_marker());
                stack.add(dict);
            }
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                putAll(dictOnTop(), Arrays.asList(key, value));
            }
            case Opcodes.SETITEMS -> {
                List<?> items = stack.pop_all_since_marker();
                putAll(dictOnTop(), items);
            }
            case Opcodes.EMPTY_SET -> stack.add(new ArrayList<>());
            case Opcodes.APPENDS, Opcodes.ADDITEMS -> {
                List<?> items = stack.pop_all_since_marker();
                listOnTop().addAll(items);
            }
            case Opcodes.FROZENSET -> stack.add(stack.pop_all_since_marker());
            case Opcodes.GLOBAL -> name(PickleUtils.readline(input), PickleUtils.readline(input));
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                name((String) stack.pop(), name);
            }
            case Opcodes.REDUCE, Opcodes.NEWOBJ -> construct((Object[]) stack.pop());
            case Opcodes.NEWOBJ_EX -> {
                if (!((Map<?, ?>) stack.pop()).isEmpty()) {
                    throw refuse("a pickle that names arguments");
                }
                construct((Object[]) stack.pop());
            }
            case Opcodes.BUILD -> {
                Object state = stack.pop();
                if (!(stack.peek() instanceof PythonObject object)) {
                    throw refuse("a pickle that sets the state of a plain value");
                }
                object.build(state);
            }
            default -> throw refuse("a pickle with opcode " + opcode);
        }
        return NO_RETURN_VALUE;
    }

    /** Pyrolite makes room for what a length says before it looks whether that many bytes follow. */
    private void expectBytes(int lengthBytes) throws IOException {
        int here = pickle.length - input.available();
        if (input.available() < lengthBytes) {
            throw refuse("a pickle that ends early");
        }
        ByteBuffer length = ByteBuffer.wrap(pickle, here, lengthBytes).slice().order(ByteOrder.LITTLE_ENDIAN);
        long bytes = lengthBytes == 4 ? length.getInt() : length.getLong();
        if (bytes < 0 || bytes > input.available() - lengthBytes) {
            throw refuse("a pickle that ends early");
        }
    }

    @SuppressWarnings("unchecked") // every map on the stack is one of ours
    private Map<@Nullable Object, @Nullable Object> dictOnTop() {
        return (Map<@Nullable Object, @Nullable Object>) stack.peek();
    }

    @SuppressWarnings("unchecked") // every list on the stack is one of ours, or of Pyrolite's, and takes anything
    private List<@Nullable Object> listOnTop() {
        return (List<@Nullable Object>) stack.peek();
    }

    private void putAll(Map<@Nullable Object, @Nullable Object> dict, List<?> items) {
        for (int i = 0; i + 1 < items.size(); i += 2) {
            Object key = items.get(i);
            if (key != null && !(key instanceof String || key instanceof Number || key instanceof Boolean)) {
                throw refuse("a dictionary with a key that is neither a text nor a number");
            }
            dict.put(key, items.get(i + 1));
        }
        if (items.size() % 2 != 0) {
            throw refuse("a dictionary with a key and no value");
        }
    }

    private void name(String module, String name) {
        String className = module + "." + name;
        if (!PLAIN.contains(className)
                && !className.equals(PyroUri.CLASS)
                && !listed.contains(className)
                && !(faults && PythonObject.isFault(className))) {
            throw refuse(Unreadable.classNotListed(className));
        }
        stack.add(new Named(className));
    }

    private void construct(@Nullable Object[] arguments) {
        String className = ((Named) stack.pop()).className();
        if (!PLAIN.contains(className)) {
            stack.add(new PythonObject(className, Arrays.asList(arguments), null));
        } else if (className.endsWith("OrderedDict") && arguments.length == 0) {
            stack.add(new LinkedHashMap<>());
        } else if (className.endsWith("set") && arguments.length == 1 && arguments[0] instanceof List<?> elements) {
            stack.add(elements);
        } else if (className.endsWith("set") && arguments.length == 0) {
            stack.add(new ArrayList<>());
        } else if (arguments.length == 1 && arguments[0] instanceof byte[] bytes) {
            stack.add(bytes);
        } else if (arguments.length == 2 && arguments[0] instanceof String text && arguments[1] instanceof String) {
            encoded += text.length(); // the same text may be named again and again
            if (encoded > pickle.length) {
                throw refuse("a pickle that encodes a text more than once");
            }
            stack.add(text.getBytes(StandardCharsets.ISO_8859_1));
        } else if (arguments.length == 0 && !className.equals("_codecs.encode")) {
            stack.add(new byte[0]);
        } else {
            throw refuse("a " + className + " made of " + arguments.length + " arguments");
        }
    }
}
