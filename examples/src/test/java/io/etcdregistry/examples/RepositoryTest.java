package io.etcdregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * What must be true of all our files. Where a limit would make the code worse, it is named here
 * with the reason.
 */
class RepositoryTest {
  private static final int MOST_LINES_OF_A_FILE = 400;
  private static final int MOST_LINES_OF_A_METHOD = 40;
  private static final int MOST_CONSTRUCTOR_PARAMETERS = 5;

  /** Places that hand out packages; a build finds them in the machine's own settings. */
  private static final Pattern PACKAGE_HOST =
      Pattern.compile(
          "\\b(repo1?|central|oss|deb|security|snapshot|ftp|registry|proxy|pypi|files|hub|ghcr)"
              + "\\.([a-z0-9-]+\\.)*(org|com|net|io|dev)\\b");

  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w.}\\])-])/(work|root|home/[a-z]+|Users/[a-z]+)/");

  /** What may be bigger than the limits, each with its reason. */
  private static final Set<String> EXCEPTIONS =
      Set.of(
          // one switch over the kinds of JSON token, one case a kind
          "Json.copy",
          // the public value with its builder, half of it Javadoc
          "Instance.java",
          // the public front with its builder, two thirds of it Javadoc
          "Registry.java");

  @Test
  void files_nameNoPackageHostAndNoMachinePath() {
    List<String> found = new ArrayList<>();
    for (Path file : texts()) {
      String text = Repository.read(file);
      for (Pattern pattern : List.of(PACKAGE_HOST, MACHINE_PATH)) {
        pattern.matcher(text).results().forEach(match -> found.add(file + ": " + match.group()));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void files_areShort() {
    List<Path> tooLong =
        javaFiles("")
            .filter(file -> !EXCEPTIONS.contains(file.getFileName().toString()))
            .filter(file -> Repository.read(file).lines().count() > MOST_LINES_OF_A_FILE)
            .toList();
    assertThat(tooLong).isEmpty();
  }

  @Test
  void methods_areShort_andConstructorsTakeLittle() throws IOException {
    List<String> tooMuch = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = javaFiles("/src/main/").map(Repository.root()::resolve).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new SizeScanner(unit, positions, tooMuch).scan(unit, null);
      }
    }
    assertThat(tooMuch).isEmpty();
  }

  private static List<Path> texts() {
    return Repository.files().stream()
        .filter(file -> !file.endsWith("LICENSE"))
        .filter(file -> !file.toString().matches(".*\\.(png|jar|svg|gif|ico)"))
        .toList();
  }

  private static Stream<Path> javaFiles(String part) {
    return Repository.files().stream()
        .filter(file -> file.toString().endsWith(".java"))
        .filter(file -> ("/" + file).contains(part));
  }

  private static final class SizeScanner extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> tooMuch;
    private String type = "";
    private boolean record;

    SizeScanner(CompilationUnitTree unit, SourcePositions positions, List<String> tooMuch) {
      this.unit = unit;
      this.positions = positions;
      this.tooMuch = tooMuch;
    }

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
      String outerType = type;
      boolean outerRecord = record;
      type = tree.getSimpleName().toString();
      record = tree.getKind() == Tree.Kind.RECORD;
      super.visitClass(tree, null);
      type = outerType;
      record = outerRecord;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      String name = type + "." + method.getName();
      long lines = method.getBody() == null ? 0 : lines(method.getBody());
      if (EXCEPTIONS.contains(name)) {
        return super.visitMethod(method, null);
      }
      if (lines > MOST_LINES_OF_A_METHOD) {
        tooMuch.add(name + ": " + lines + " lines");
      }
      boolean constructor = method.getReturnType() == null && !record;
      if (constructor && method.getParameters().size() > MOST_CONSTRUCTOR_PARAMETERS) {
        tooMuch.add(name + ": " + method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, null);
    }

    private long lines(Tree tree) {
      LineMap map = unit.getLineMap();
      return map.getLineNumber(positions.getEndPosition(unit, tree))
          - map.getLineNumber(positions.getStartPosition(unit, tree))
          + 1;
    }
  }
}
