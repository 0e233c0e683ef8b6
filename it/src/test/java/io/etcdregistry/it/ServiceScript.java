package io.etcdregistry.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small service in some language, as a script. Its arguments are for how many seconds it does not
 * listen yet, and what it does at a signal: {@code end} with 40 and the signal's number, or {@code
 * ignore} it. It says which process it is and which signals it is given, listens at PORT, and
 * answers a GET with 200 if the path is that of a file, else otherwise.
 */
enum ServiceScript {
  PYTHON(
      "python3",
      """
      import http.server, os, signal, sys, time

      def told(number, frame):
          print("signal", number, flush=True)
          if sys.argv[2] == "end":
              os._exit(40 + number)

      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200 if os.path.exists(self.path) else 503)
              self.send_header("Content-Length", "0")
              self.end_headers()

          def log_message(self, *arguments):
              pass

      for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
          signal.signal(number, told)
      print("process", os.getpid(), flush=True)
      time.sleep(float(sys.argv[1]))
      address = ("127.0.0.1", int(os.environ["PORT"]))
      http.server.ThreadingHTTPServer(address, Handler).serve_forever()
      """),

  NODE(
      "node",
      """
      const http = require('http')
      const { existsSync } = require('fs')
      const [seconds, atSignals] = process.argv.slice(2)

      for (const [name, number] of [['SIGHUP', 1], ['SIGINT', 2], ['SIGTERM', 15]]) {
        process.on(name, () => {
          console.log(`signal ${number}`)
          if (atSignals === 'end') process.exit(40 + number)
        })
      }
      console.log(`process ${process.pid}`)
      setTimeout(() => {
        http.createServer((asked, answer) => {
          answer.writeHead(existsSync(asked.url) ? 200 : 503, { 'Content-Length': 0 }).end()
        }).listen(process.env.PORT, '127.0.0.1')
      }, 1000 * seconds)
      """),

  /** A script that stays in front of the program that serves, and hands nothing on by itself. */
  SHELL(
      "sh",
      """
      at_signals=$2
      told() {
        echo "signal $1"
        if [ "$at_signals" = end ]; then
          kill -KILL "$behind"
          exit $((40 + $1))
        fi
      }
      trap 'told 1' HUP
      trap 'told 2' INT
      trap 'told 15' TERM
      # a signal ends what waits, and not what is waited for
      await() {
        behind=$!
        while kill -0 "$behind" 2>/dev/null; do wait "$behind"; done
      }
      sleep "$1" &
      echo "process $$"
      await
      python3 -m http.server --bind 127.0.0.1 --directory / "$PORT" >/dev/null 2>&1 &
      await
      """);

  private final String program;
  private final String text;

  ServiceScript(String program, String text) {
    this.program = program;
    this.text = text;
  }

  /** The program that runs it. */
  String program() {
    return program;
  }

  /**
   * The words by which it is run.
   *
   * @param folder where it is written
   */
  String[] command(Path folder, String seconds, String atSignals) {
    try {
      Path script = Files.writeString(folder.resolve(name()), text);
      return new String[] {program, script.toString(), seconds, atSignals};
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
