package dev.knit.spark.cli.view;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An {@link IndexView} as one file of HTML, which asks nothing of any network. */
public final class ViewPage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SCRIPTS = List.of("charts.js", "map.js", "walk.js", "page.js");

  private ViewPage() {}

  /** The whole page. */
  public static String html(IndexView view) throws IOException {
    StringBuilder scripts = new StringBuilder();
    for (String script : SCRIPTS) {
      scripts.append(resource(script)).append('\n');
    }
    return resource("page.html")
        .replace("/*style*/", resource("page.css"))
        .replace("/*script*/", scripts)
        .replace("/*data*/", data(view));
  }

  /** JSON in which nothing can end the element it stands in. */
  private static String data(IndexView view) throws IOException {
    return JSON.writeValueAsString(view).replace("<", "\\u003c");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ViewPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
