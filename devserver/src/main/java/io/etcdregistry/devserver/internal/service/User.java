package io.etcdregistry.devserver.internal.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The one user that a server may have. Its password is not kept, only what proves it. Immutable.
 */
public final class User {
  private final byte[] salt = new byte[16];
  private final byte[] proof;
  private final Duration tokenTtl;

  /**
   * A user.
   *
   * @param tokenTtl how long a token is valid after it was last shown
   */
  public User(String name, String password, Duration tokenTtl) {
    new SecureRandom().nextBytes(salt);
    this.proof = proof(name, password);
    this.tokenTtl = tokenTtl;
  }

  boolean is(String name, String password) {
    return MessageDigest.isEqual(proof, proof(name, password));
  }

  Duration tokenTtl() {
    return tokenTtl;
  }

  private byte[] proof(String name, String password) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      digest.update(digest.digest(name.getBytes(UTF_8)));
      return digest.digest(password.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
