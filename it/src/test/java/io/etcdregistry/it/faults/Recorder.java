package io.etcdregistry.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.etcdregistry.it.harness.Etcdctl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Writes a history down as {@code etcdctl watch} tells it, from revision 1, one watch for each
 * member, so that one is left whatever happens to the others: a witness that shares no code with
 * what is tested.
 */
final class Recorder implements AutoCloseable {
  static final String PREFIX = "services";

  private final History history;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();

  Recorder(History history) {
    this.history = history;
  }

  /** Follows one more member, through an etcdctl that knows only this member. */
  void follow(Etcdctl member) {
    Follower follower = new Follower(member, history.epochs() - 1);
    followers.add(follower);
    follower.start();
  }

  /** Ends all watches and begins a new epoch on these members. */
  void restart(List<Etcdctl> members) {
    close();
    history.beginEpoch(System.nanoTime());
    members.forEach(this::follow);
  }

  @Override
  public void close() {
    followers.forEach(Follower::end);
    followers.clear();
  }

  private final class Follower extends Thread {
    private final Etcdctl member;
    private final int epoch;
    private volatile Process process;
    private volatile boolean ended;
    private long next = 1;

    Follower(Etcdctl member, int epoch) {
      super("recorder");
      this.member = member;
      this.epoch = epoch;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!ended) {
        try {
          follow();
          TimeUnit.MILLISECONDS.sleep(200); // a member that is down refuses at once
        } catch (InterruptedException e) {
          return;
        } catch (IOException e) {
          if (!ended) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }

    private void follow() throws IOException {
      Process watch =
          member.start(
              Redirect.DISCARD, "watch", PREFIX, "--prefix", "--rev=" + next, "-w", "json");
      process = watch;
      if (ended) {
        watch.destroyForcibly();
      }
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(watch.getInputStream(), UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          take(JsonParser.parseString(line).getAsJsonObject());
        }
      } finally {
        watch.destroyForcibly();
      }
    }

    private void take(JsonObject answer) {
      long now = System.nanoTime();
      long compacted = number(answer, "CompactRevision");
      if (compacted > 0) {
        next = compacted; // another member told what was before
      }
      if (!answer.has("Events") || answer.get("Events").isJsonNull()) {
        return;
      }
      for (JsonElement element : answer.getAsJsonArray("Events")) {
        JsonObject pair = element.getAsJsonObject().getAsJsonObject("kv");
        boolean deleted = number(element.getAsJsonObject(), "type") == 1;
        long revision = number(pair, "mod_revision");
        History.Event event =
            new History.Event(text(pair, "key"), text(pair, "value"), revision, deleted, now);
        history.add(epoch, event);
        next = Math.max(next, revision + 1);
      }
    }

    void end() {
      ended = true;
      interrupt();
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  private static long number(JsonObject object, String field) {
    return object.has(field) ? object.get(field).getAsLong() : 0;
  }

  private static String text(JsonObject object, String field) {
    return object.has(field)
        ? new String(Base64.getDecoder().decode(object.get(field).getAsString()), UTF_8)
        : "";
  }
}
