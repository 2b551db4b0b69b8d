// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files with secrets, which nobody but the user that the server runs as may read. */
public final class OwnerOnlyFile {

    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private OwnerOnlyFile() {}

    /**
     * Writes a file whole or not at all, in place of one that may be there. Directories that lack are made, and are the
     * owner's alone as well.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, String text) throws IOException {
        Path directory = folderOf(file);
        makeDirectory(directory);
        Path draft = directory.resolve(
                "." + file.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(draft);
        Set<StandardOpenOption> create = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (WritableByteChannel channel = Files.newByteChannel(draft, create, only(directory, OWNER_FILE))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Opens a file to write at its end; one that is not there comes to be, and so do directories that lack.
     *
     * @return the caller's to close
     * @throws IOException if it cannot be opened
     */
    public static FileChannel append(Path file) throws IOException {
        Path directory = folderOf(file);
        makeDirectory(directory);
        return FileChannel.open(
                file,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                only(directory, OWNER_FILE));
    }

    private static Path folderOf(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        return directory;
    }

    /**
     * Makes a directory that is the owner's alone, and those above it that lack; one that is there stays as it is.
     *
     * @throws IOException if it cannot be made
     */
    public static void makeDirectory(Path directory) throws IOException {
        Files.createDirectories(directory, only(directory.toAbsolutePath(), OWNER_DIRECTORY));
    }

    /**
     * Takes the rights of all others on a file away.
     *
     * @return whether others had any
     * @throws IOException if they cannot be taken away
     */
    public static boolean close(Path file) throws IOException {
        if (!isPosix(file) || OWNER_FILE.containsAll(Files.getPosixFilePermissions(file))) {
            return false;
        }
        Files.setPosixFilePermissions(file, OWNER_FILE);
        return true;
    }

    private static FileAttribute<?>[] only(Path place, Set<PosixFilePermission> permissions) {
        return isPosix(place)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
