// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Pickler;
import net.razorvine.pyro.Message;
import org.jspecify.annotations.Nullable;

/** Python's {@code pickle}: writes protocol 2, reads 2 to 5. */
final class PickleNotation implements Notation {

    private final Set<String> classes;

    /**
     * Makes one.
     *
     * @param classes those that may be read
     */
    PickleNotation(Set<String> classes) {
        this.classes = Set.copyOf(classes);
    }

    @Override
    public int id() {
        return Message.SERIALIZER_PICKLE;
    }

    @Override
    public byte[] write(@Nullable Object value) {
        try {
            return new Pickler(false).dumps(value);
        } catch (PickleException unknown) {
            throw new IllegalArgumentException(unknown.getMessage(), unknown);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public byte[] writeFault(String className, String text) {
        int dot = className.lastIndexOf('.');
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(words.length + 80);
        out.write(Opcodes.PROTO);
        out.write(2);
        out.write(Opcodes.GLOBAL);
        out.writeBytes((className.substring(0, dot) + "\n" + className.substring(dot + 1) + "\n")
                .getBytes(StandardCharsets.UTF_8));
        out.write(Opcodes.BINUNICODE);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(words.length >> shift);
        }
        out.writeBytes(words);
        out.write(Opcodes.TUPLE1);
        out.write(Opcodes.REDUCE);
        out.write(Opcodes.STOP);
        return out.toByteArray();
    }

    @Override
    public @Nullable Object read(byte[] written, boolean faults) throws Unreadable {
        return new ListedUnpickler(written, classes, faults).read();
    }
}
