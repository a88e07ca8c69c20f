// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The settings that the mappings among some sources have. Confined to one thread. */
final class ConfigMappings {
    private final SourceTree sources;
    private final List<ConfigSection> sections = new ArrayList<>();

    private ConfigMappings(SourceTree sources) {
        this.sources = sources;
    }

    /** All mappings and those inside them, by prefix. */
    static List<ConfigSection> of(SourceTree sources) {
        ConfigMappings mappings = new ConfigMappings(sources);
        sources.types()
                .forEach(type -> annotation(modifiers(type), "ConfigMapping")
                        .ifPresent(mapping -> mappings.add(type, value(mapping))));
        return mappings.sections.stream()
                .sorted(Comparator.comparing(ConfigSection::prefix))
                .toList();
    }

    private static ModifiersTree modifiers(TreePath type) {
        return ((ClassTree) type.getLeaf()).getModifiers();
    }

    private void add(TreePath mapping, String prefix) {
        List<ConfigKey> keys = new ArrayList<>();
        for (Tree member : ((ClassTree) mapping.getLeaf()).getMembers()) {
            if (member instanceof MethodTree method && method.getBody() == null) {
                add(mapping, prefix, method, keys);
            }
        }
        sections.add(new ConfigSection(prefix, sources.meaning(mapping), keys));
    }

    private void add(TreePath mapping, String prefix, MethodTree method, List<ConfigKey> keys) {
        String type = method.getReturnType().toString();
        String name = annotation(method.getModifiers(), "WithParentName").isPresent()
                ? prefix
                : prefix + "." + nameOf(method);
        String meaning = sources.meaning(new TreePath(mapping, method));
        if (type.startsWith("Map<")) {
            name = name + ".\"…\"";
            type = type.substring(type.indexOf(',') + 1, type.length() - 1).strip();
        }
        ConfigTypes types = new ConfigTypes(sources, mapping);
        Optional<TreePath> inner = types.mapping(type);
        if (inner.isPresent()) {
            if (meaning.isEmpty()) {
                throw new IllegalArgumentException(name + ": nothing says what these settings are");
            }
            add(inner.get(), name);
        } else {
            keys.add(new ConfigKey(name, types.forPeople(type), defaultOf(method), meaning));
        }
    }

    private static String nameOf(MethodTree method) {
        return annotation(method.getModifiers(), "WithName")
                .map(ConfigMappings::value)
                .orElseGet(() -> hyphenated(method.getName().toString()));
    }

    private static String hyphenated(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String defaultOf(MethodTree method) {
        String type = method.getReturnType().toString();
        return annotation(method.getModifiers(), "WithDefault")
                .map(given -> "`" + value(given) + "`")
                .orElse(type.startsWith("Optional") || type.startsWith("Map<") ? "" : "has to be set");
    }

    private static Optional<? extends AnnotationTree> annotation(ModifiersTree modifiers, String name) {
        return modifiers.getAnnotations().stream()
                .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
                .findFirst();
    }

    /** The one text in an annotation. */
    private static String value(AnnotationTree annotation) {
        ExpressionTree argument = annotation.getArguments().get(0);
        ExpressionTree text = argument instanceof AssignmentTree named ? named.getExpression() : argument;
        return (String) ((LiteralTree) text).getValue();
    }
}
