package dev.knit.spark.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** A tab of a browser: what it asks of networks and writes to its console, and how it looks. */
final class BrowserPage {
  private final Chromium browser;
  private final String session;

  BrowserPage(Chromium browser, String session, int width, int height, boolean dark) {
    this.browser = browser;
    this.session = session;
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Opens a file and waits until it is drawn. */
  void open(Path file) {
    call("Page.navigate", Map.of("url", file.toUri().toString()));
    evaluate(
        "new Promise(done => { const drawn = () => requestAnimationFrame(() =>"
            + " requestAnimationFrame(() => done(true))); document.readyState === 'complete' ?"
            + " drawn() : addEventListener('load', drawn); })");
  }

  /** The value of an expression of JavaScript, or of the promise that it is. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  /** The text of the first element that a selector finds. */
  String text(String selector) {
    return evaluate("document.querySelector(\"" + selector + "\").textContent").asText();
  }

  /** All that was written to the console, exceptions included. */
  List<String> complaints() {
    return Stream.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        .flatMap(kind -> browser.events(session, kind))
        .map(JsonNode::toString)
        .toList();
  }

  /** What was asked for, by URL. */
  List<String> requests() {
    return browser
        .events(session, "Network.requestWillBeSent")
        .map(event -> event.get("request").get("url").asText())
        .toList();
  }

  /** A picture of the first element that a selector finds. */
  BufferedImage picture(String selector) throws IOException {
    JsonNode box =
        evaluate(
            "(({left, top, width, height}) => ({x: left + scrollX, y: top + scrollY, width,"
                + " height, scale: 1}))(document.querySelector('"
                + selector
                + "').getBoundingClientRect())");
    String png =
        call(
                "Page.captureScreenshot",
                Map.of("format", "png", "captureBeyondViewport", true, "clip", box))
            .get("data")
            .asText();
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }
}
