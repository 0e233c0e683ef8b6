package io.etcdregistry.internal.etcd;

import com.google.protobuf.ByteString;
import io.etcdregistry.internal.store.StoreException;
import io.etcdregistry.internal.store.StoreException.Failure;
import io.etcdregistry.protocol.AuthenticateRequest;
import io.etcdregistry.protocol.AuthenticateResponse;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The token that stands for user and password, one for the whole store. Of the loop, all of it.
 *
 * <p>A login costs etcd a proposal and a slow hash, so there is one at a time, for everybody who
 * waits, and none while the present token is newer than the one that was refused.
 */
final class Tokens {
  /**
   * A token.
   *
   * @param text what is sent; empty for none
   * @param generation rises with each login
   */
  record Token(String text, long generation) {
    @Override
    public String toString() {
      return "Token[" + generation + "]";
    }
  }

  /** No token; older than all. */
  static final Token NONE = new Token("", 0);

  private static final int ATTEMPT_TIMES = 6;

  private final Engine engine;
  private final Optional<EtcdConfig.Login> login;
  private Token current = NONE;
  private @Nullable CompletableFuture<Token> pending;
  private @Nullable Hedge<?, ?> underWay;
  private @Nullable StoreException denial;
  private long deniedAt;
  private boolean saidOff;

  Tokens(Engine engine, Optional<EtcdConfig.Login> login) {
    this.engine = engine;
    this.login = login;
  }

  /** Whether there is a login at all. */
  boolean known() {
    return login.isPresent();
  }

  /** The token in use. */
  Token current() {
    return current;
  }

  /** A token newer than the one given; without a login, none at once. */
  CompletableFuture<Token> newerThan(Token outdated) {
    if (login.isEmpty() || current.generation() > outdated.generation()) {
      return CompletableFuture.completedFuture(current);
    }
    CompletableFuture<Token> begunBefore = pending;
    if (begunBefore != null) {
      return begunBefore;
    }
    StoreException lately = denial;
    if (lately != null && engine.loop().now() - deniedAt < engine.config().rest().toNanos()) {
      return CompletableFuture.failedFuture(lately);
    }
    CompletableFuture<Token> begun = new CompletableFuture<>();
    pending = begun;
    engine.loop().hear(authenticate(login.get()), (token, error) -> finished(begun, token, error));
    return begun;
  }

  private void finished(
      CompletableFuture<Token> waiting, @Nullable Token token, @Nullable Throwable error) {
    pending = null;
    underWay = null;
    if (token != null) {
      current = token;
      denial = null;
      waiting.complete(token);
      return;
    }
    StoreException failure = StoreException.of(Objects.requireNonNull(error));
    if (failure.failure().ofUser()) {
      denial = failure;
      deniedAt = engine.loop().now();
    }
    waiting.completeExceptionally(failure);
  }

  private CompletableFuture<Token> authenticate(EtcdConfig.Login who) {
    long generation = current.generation() + 1;
    Duration timeout = engine.config().attempt().multipliedBy(ATTEMPT_TIMES);
    return CompletableFuture.supplyAsync(() -> request(who), engine.loop().executor())
        .thenCompose(request -> begin(new Hedge<>(engine, Call.AUTHENTICATE, request, timeout)))
        .thenApply(answer -> token(answer, generation));
  }

  private <R> CompletableFuture<Answer<R>> begin(Hedge<?, R> hedge) {
    engine.loop().execute(() -> underWay = hedge);
    return engine.begin(hedge);
  }

  /** Why there is no token yet. */
  StoreException soFar() {
    Hedge<?, ?> trying = underWay;
    return trying == null
        ? new StoreException(Failure.TIMED_OUT, "login failed: the password is not there yet")
        : trying.soFar();
  }

  private static AuthenticateRequest request(EtcdConfig.Login who) {
    String password;
    try {
      password = who.password().get();
    } catch (RuntimeException unreadable) {
      throw new CompletionException(
          new StoreException(
              Failure.UNAUTHENTICATED,
              false,
              "the password cannot be had: " + unreadable.getMessage(),
              null));
    }
    return AuthenticateRequest.newBuilder()
        .setNameBytes(ByteString.copyFromUtf8(who.user()))
        .setPasswordBytes(ByteString.copyFromUtf8(password))
        .build();
  }

  private Token token(Answer<AuthenticateResponse> answer, long generation) {
    if (answer.refusal().filter(kind -> kind == Fault.Kind.AUTH_OFF).isPresent()) {
      engine.loop().execute(this::sayOff);
      return new Token("", generation);
    }
    return new Token(answer.orThrow().getToken(), generation);
  }

  private void sayOff() {
    if (!saidOff) {
      saidOff = true;
      engine
          .telemetry()
          .note(
              "login",
              Level.WARNING,
              "A user is given, but authentication is not enabled in etcd: going without");
    }
  }
}
