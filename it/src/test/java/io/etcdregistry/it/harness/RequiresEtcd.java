package io.etcdregistry.it.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Marks a test class that needs a real etcd; without one its tests are skipped. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(RequiresEtcd.Condition.class)
public @interface RequiresEtcd {
  /** Disables what cannot run. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return EtcdHome.find().isPresent()
          ? ConditionEvaluationResult.enabled("etcd is there")
          : ConditionEvaluationResult.disabled("no etcd: the property etcd.home is not set");
    }
  }
}
