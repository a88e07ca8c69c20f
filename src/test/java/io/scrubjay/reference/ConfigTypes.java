// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What may be written for the types of a mapping. Immutable.
 *
 * @param mapping where the types' names are read
 */
record ConfigTypes(SourceTree sources, TreePath mapping) {
    /** The mapping inside the mapping that a type is, if it is one. */
    Optional<TreePath> mapping(String type) {
        return sources.resolve(bare(type), mapping)
                .filter(found -> found.getLeaf().getKind() == Tree.Kind.INTERFACE);
    }

    String forPeople(String type) {
        if (type.startsWith("Optional<")) {
            return forPeople(bare(type));
        }
        if (type.startsWith("List<") || type.startsWith("Set<")) {
            return "list, with commas, of: " + forPeople(type.substring(type.indexOf('<') + 1, type.length() - 1));
        }
        return switch (type) {
            case "Duration" -> "duration";
            case "ByteSize", "ClusterSize" -> "size";
            case "int", "long", "OptionalInt", "OptionalLong" -> "number";
            case "boolean" -> "`true`, `false`";
            case "Path" -> "path";
            case "String" -> "text";
            default -> constants(type);
        };
    }

    private String constants(String type) {
        TreePath found = sources.resolve(type, mapping)
                .filter(path -> path.getLeaf().getKind() == Tree.Kind.ENUM)
                .orElseThrow(() -> new IllegalArgumentException("the configuration reference does not know " + type));
        return ((ClassTree) found.getLeaf())
                .getMembers().stream()
                        .filter(VariableTree.class::isInstance)
                        .map(VariableTree.class::cast)
                        .filter(field -> field.getType().toString().equals(type))
                        .map(field -> "`"
                                + field.getName()
                                        .toString()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-')
                                + "`")
                        .collect(Collectors.joining(", "));
    }

    private static String bare(String type) {
        return type.startsWith("Optional<") ? type.substring("Optional<".length(), type.length() - 1) : type;
    }
}
