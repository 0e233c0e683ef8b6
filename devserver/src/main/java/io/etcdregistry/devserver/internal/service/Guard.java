package io.etcdregistry.devserver.internal.service;

import io.etcdregistry.devserver.internal.engine.Refusal;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. A server without a user lets all pass. One with a user wants a token of every call
 * but {@code Authenticate}; of a stream it wants one for each request, as a token may expire
 * meanwhile. Like etcd's simple tokens, one expires a while after it was last shown. Thread-safe.
 */
final class Guard implements ServerInterceptor {
  /** Past this many the token that was shown least recently is forgotten. */
  static final int MAX_TOKENS = 10_000;

  private static final String AUTHENTICATE = "etcdserverpb.Auth/Authenticate";
  private static final Metadata.Key<String> TOKEN = key("token");

  /** Where the JSON gateway puts the token; etcd accepts it of any client. */
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");

  private static final Context.Key<Optional<String>> SHOWN = Context.key("token");

  private final @Nullable User user;
  private final LongSupplier clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * When tokens expire, by token; guarded by this. As all live equally long, that is their order.
   */
  private final Map<String, Long> tokens = new LinkedHashMap<>(16, 0.75f, true);

  private long issued;

  /**
   * A guard.
   *
   * @param user who may call; null for everyone
   * @param clock nanoseconds
   */
  Guard(@Nullable User user, LongSupplier clock) {
    this.user = user;
    this.clock = clock;
  }

  /** Whether there is a user. */
  boolean watchful() {
    return user != null;
  }

  /** A token for who knows the user's name and password; null for who does not. */
  @Nullable String authenticate(String name, String password) {
    if (user == null || !user.is(name, password)) {
      return null;
    }
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      int letter = random.nextInt(52);
      token.append((char) (letter < 26 ? 'a' + letter : 'A' + letter - 26));
    }
    synchronized (this) {
      dropExpired();
      if (tokens.size() == MAX_TOKENS) {
        tokens.remove(tokens.keySet().iterator().next());
      }
      token.append('.').append(++issued);
      tokens.put(token.toString(), expiry(user));
    }
    return token.toString();
  }

  /** Forgets all tokens; returns how many there were. */
  synchronized int expireTokens() {
    dropExpired();
    int count = tokens.size();
    tokens.clear();
    return count;
  }

  /** Asks on behalf of the present call why it may not go on, whenever asked; null if it may. */
  Supplier<@Nullable Refusal> access() {
    Optional<String> token = SHOWN.get();
    return token == null ? () -> null : () -> refusal(token.orElse(null));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (method.equals(AUTHENTICATE)) {
      return next.startCall(call, headers);
    }
    String token = token(headers);
    if (call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING) {
      Context context = Context.current().withValue(SHOWN, Optional.ofNullable(token));
      return Contexts.interceptCall(context, call, headers, next);
    }
    Refusal refusal = refusal(token);
    if (refusal == null) {
      return next.startCall(call, headers);
    }
    call.close(Answers.status(refusal), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private synchronized @Nullable Refusal refusal(@Nullable String token) {
    if (user == null) {
      return null;
    }
    if (token == null) {
      return Refusal.USER_EMPTY;
    }
    dropExpired();
    if (tokens.replace(token, expiry(user)) == null) {
      return Refusal.INVALID_TOKEN;
    }
    return null;
  }

  private long expiry(User of) {
    return clock.getAsLong() + of.tokenTtl().toNanos();
  }

  private void dropExpired() {
    long now = clock.getAsLong();
    Iterator<Long> expiries = tokens.values().iterator();
    while (expiries.hasNext() && expiries.next() <= now) {
      expiries.remove();
    }
  }

  private static @Nullable String token(Metadata headers) {
    String token = headers.get(TOKEN);
    return token == null ? headers.get(AUTHORIZATION) : token;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
