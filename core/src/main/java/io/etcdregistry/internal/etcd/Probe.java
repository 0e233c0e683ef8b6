package io.etcdregistry.internal.etcd;

import com.google.protobuf.ByteString;
import io.etcdregistry.protocol.MaintenanceGrpc;
import io.etcdregistry.protocol.StatusRequest;
import io.etcdregistry.protocol.StatusResponse;
import io.etcdregistry.protocol.WatchCreateRequest;
import io.etcdregistry.protocol.WatchGrpc;
import io.etcdregistry.protocol.WatchRequest;
import io.etcdregistry.protocol.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Asks who is there, without any credential: an etcd's status, or, where that takes a token, the
 * header of the refusal of a watch, which every version sends. Has no deadline of its own: whoever
 * waits for it has.
 */
final class Probe {
  /** Hears the outcome, in the loop, once. */
  @FunctionalInterface
  interface Outcome {
    /**
     * The outcome.
     *
     * @param cluster the id of the cluster, if there is no fault
     * @param fault why there is none
     */
    void is(long cluster, @Nullable Fault fault);
  }

  private static final ByteString NOBODYS_KEY = ByteString.copyFromUtf8("etcd-registry/probe");

  private final Loop loop;
  private final Link link;

  Probe(Loop loop, Link link) {
    this.loop = loop;
    this.link = link;
  }

  void begin(Outcome outcome) {
    Unary.send(
        link,
        MaintenanceGrpc.getStatusMethod(),
        new Metadata(),
        StatusRequest.getDefaultInstance(),
        new Unary.EndingIn<>(
            loop,
            new Unary.Ending<StatusResponse>() {
              @Override
              public void answered(StatusResponse answer) {
                outcome.is(answer.getHeader().getClusterId(), null);
              }

              @Override
              public void failed(Status status) {
                Fault fault = Errors.of(status);
                if (fault.kind() == Fault.Kind.TOKEN) {
                  askByWatch(outcome);
                } else {
                  outcome.is(0, fault);
                }
              }
            }));
  }

  private void askByWatch(Outcome outcome) {
    ClientCall<WatchRequest, WatchResponse> call =
        link.call(WatchGrpc.getWatchMethod(), new Trace(link), loop.readers());
    call.start(
        new ClientCall.Listener<>() {
          private boolean told;

          @Override
          public void onMessage(WatchResponse message) {
            if (!told) {
              told = true;
              call.cancel("seen", null);
              loop.execute(() -> outcome.is(message.getHeader().getClusterId(), null));
            }
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            if (!told) {
              told = true;
              Status end = status.isOk() ? Status.UNAVAILABLE.withDescription("closed") : status;
              loop.execute(() -> outcome.is(0, Errors.of(end)));
            }
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(
        WatchRequest.newBuilder()
            .setCreateRequest(WatchCreateRequest.newBuilder().setKey(NOBODYS_KEY))
            .build());
  }
}
