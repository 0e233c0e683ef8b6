package io.etcdregistry.it.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks a test class that runs once on each version of etcd that this run is about; its tests on a
 * version that could not be had are skipped.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@RequiresEtcd
@ClassTemplate
@ExtendWith(OnEveryEtcd.Versions.class)
public @interface OnEveryEtcd {
  /** Gives the class once for each version. */
  final class Versions implements ClassTemplateInvocationContextProvider {
    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
      return true;
    }

    @Override
    public Stream<On> provideClassTemplateInvocationContexts(ExtensionContext context) {
      return EtcdHome.all().entrySet().stream()
          .map(entry -> new On(entry.getKey(), entry.getValue()));
    }
  }

  /** One version: its etcd is the one that tests find while the class runs. */
  record On(String version, Optional<Path> home)
      implements ClassTemplateInvocationContext,
          ExecutionCondition,
          BeforeClassTemplateInvocationCallback,
          AfterClassTemplateInvocationCallback {
    @Override
    public String getDisplayName(int invocationIndex) {
      return "etcd " + version;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return home.isPresent()
          ? ConditionEvaluationResult.enabled("etcd is there")
          : ConditionEvaluationResult.disabled("no etcd " + version);
    }

    @Override
    public void beforeClassTemplateInvocation(ExtensionContext context) {
      EtcdHome.choose(home);
    }

    @Override
    public void afterClassTemplateInvocation(ExtensionContext context) {
      EtcdHome.choose(Optional.empty());
    }
  }
}
