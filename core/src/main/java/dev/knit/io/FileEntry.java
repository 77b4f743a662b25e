package dev.knit.io;

/**
 * A file found below a directory.
 *
 * @param path below that directory, with {@code /} between names
 * @param bytes its length
 * @param modified when it was written, in milliseconds since 1970 by the storage's clock
 */
public record FileEntry(String path, long bytes, long modified) {}
