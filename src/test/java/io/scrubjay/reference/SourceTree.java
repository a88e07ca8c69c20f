// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All types below a directory of sources, parsed and not compiled, by their full names. Immutable. */
final class SourceTree {
    private final DocTrees docs;
    private final Map<String, TreePath> types = new TreeMap<>();

    private SourceTree(DocTrees docs) {
        this.docs = docs;
    }

    static SourceTree parse(Path directory) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                Stream<Path> walk = Files.walk(directory)) {
            List<Path> sources = walk.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            SourceTree tree = new SourceTree(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                tree.new Collector().scan(new TreePath(unit), null);
            }
            return tree;
        }
    }

    private final class Collector extends TreePathScanner<Void, Void> {
        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (!type.getSimpleName().isEmpty()) {
                types.put(nameOf(getCurrentPath()), getCurrentPath());
            }
            return super.visitClass(type, null);
        }
    }

    private static String nameOf(TreePath path) {
        String own = ((ClassTree) path.getLeaf()).getSimpleName().toString();
        for (TreePath outer = path.getParentPath(); outer != null; outer = outer.getParentPath()) {
            if (outer.getLeaf() instanceof ClassTree) {
                return nameOf(outer) + "." + own;
            }
        }
        return path.getCompilationUnit().getPackageName() + "." + own;
    }

    Stream<TreePath> types() {
        return types.values().stream();
    }

    /** The full names of the types. */
    Stream<String> names() {
        return types.keySet().stream();
    }

    /** The type that a simple name means inside another type; empty when it is none of these sources. */
    Optional<TreePath> resolve(String simpleName, TreePath from) {
        for (String outer = nameOf(from); !outer.isEmpty(); outer = parent(outer)) {
            TreePath near = types.get(outer + "." + simpleName);
            if (near != null) {
                return Optional.of(near);
            }
        }
        return from.getCompilationUnit().getImports().stream()
                .map(ImportTree::getQualifiedIdentifier)
                .map(Tree::toString)
                .filter(name -> name.endsWith("." + simpleName))
                .filter(types::containsKey)
                .map(types::get)
                .findFirst();
    }

    private static String parent(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(0, dot);
    }

    /** What is written above something, as Markdown; empty when nothing is. */
    String meaning(TreePath path) {
        DocCommentTree comment = docs.getDocCommentTree(path);
        return comment == null ? "" : DocText.of(comment);
    }
}
