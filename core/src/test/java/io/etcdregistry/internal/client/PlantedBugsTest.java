package io.etcdregistry.internal.client;

import static org.assertj.core.api.Assertions.fail;

import io.etcdregistry.internal.store.Store;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import net.bytebuddy.implementation.FixedValue;
import org.junit.jupiter.api.Test;

/** Green seeds prove something only if they turn red: the simulation finds these bugs. */
class PlantedBugsTest {
  private static final long SEEDS = 1000;

  /**
   * With etcd 3.4 the delete at a compacted revision itself is lost to a watch that begins there.
   */
  @Test
  void resumeAfterTheRevisionSeen_losesWhatWasCompacted() {
    find("a resume off by one", store -> PlantedBugs.resumingLater(store, 1));
  }

  @Test
  void resumeOneTooFar_losesAChange() {
    find("a resume that skips one", store -> PlantedBugs.resumingLater(store, 2));
  }

  @Test
  void unguardedPutAfterALoss_takesTheKeyFromItsNewOwner() {
    find("an unguarded put after a loss", PlantedBugs::puttingAgainUnguarded);
  }

  @Test
  void attemptsThatAreNotWaitedFor_writeAfterTheLeave() {
    find("a late put after a leave", PlantedBugs::forgettingStragglers);
  }

  @Test
  void tombstonesThatAreForgotten_leaveRecordsBehind() {
    find("a lost tombstone", PlantedBugs::forgettingTombstones);
  }

  @Test
  void resetThatIsMissed_freezesWhatIsKnown() throws ReflectiveOperationException {
    ClassLoader patched =
        new PatchedClasses(
            "io.etcdregistry.internal.watch.ClusterHistory",
            "provesReset",
            FixedValue.value(false));
    MethodHandles.Lookup there =
        MethodHandles.privateLookupIn(
            patched.loadClass(Story.class.getName()), MethodHandles.lookup());
    MethodHandle tell =
        there.findStatic(
            there.lookupClass(),
            "tell",
            MethodType.methodType(void.class, long.class, UnaryOperator.class));
    search("a missed reset", seed -> invoke(tell, seed));
  }

  private static void invoke(MethodHandle tell, long seed) {
    try {
      tell.invoke(seed, UnaryOperator.identity());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void find(String bug, UnaryOperator<Store> planted) {
    search(bug, seed -> Story.tell(seed, planted));
  }

  private static void search(String bug, LongConsumer story) {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        story.accept(seed);
      } catch (AssertionError found) {
        String what = String.valueOf(found.getMessage()).lines().findFirst().orElse("");
        System.out.println(bug + ": found after " + (seed + 1) + " seeds, by " + what);
        return;
      }
    }
    fail("not found in " + SEEDS + " seeds: " + bug);
  }
}
