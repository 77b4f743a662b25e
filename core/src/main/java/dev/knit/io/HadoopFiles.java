package dev.knit.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** What all of Hadoop's file systems do alike. They differ in how a file comes into being. */
abstract class HadoopFiles implements FileIO {
  final FileSystem files;

  HadoopFiles(FileSystem files) {
    this.files = files;
  }

  @Override
  public InputStream open(String path) throws IOException {
    return files.open(new Path(path));
  }

  @Override
  public byte[] read(String path, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    try (FSDataInputStream in = files.open(new Path(path))) {
      in.readFully(from, bytes);
    }
    return bytes;
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    try (OutputStream out = files.create(new Path(path), true)) {
      out.write(bytes);
    }
  }

  @Override
  public long length(String path) throws IOException {
    return files.getFileStatus(new Path(path)).getLen();
  }

  @Override
  public boolean exists(String path) throws IOException {
    return files.exists(new Path(path));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(new Path(directory))) {
        names.add(status.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return names;
    }
    names.sort(null);
    return names;
  }

  @Override
  public List<FileEntry> files(String directory) throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    String root = files.makeQualified(new Path(directory)).toUri().getPath();
    try {
      RemoteIterator<LocatedFileStatus> found = files.listFiles(new Path(directory), true);
      while (found.hasNext()) {
        LocatedFileStatus status = found.next();
        String name = status.getPath().toUri().getPath().substring(root.length() + 1);
        entries.add(new FileEntry(name, status.getLen(), status.getModificationTime()));
      }
    } catch (FileNotFoundException e) {
      return entries; // it is gone, or going
    }
    entries.sort(Comparator.comparing(FileEntry::path));
    return entries;
  }

  @Override
  public void delete(String path) throws IOException {
    files.delete(new Path(path), false);
  }

  @Override
  public void deleteDirectory(String path) throws IOException {
    files.delete(new Path(path), true);
  }
}
