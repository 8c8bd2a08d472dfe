package dev.javelin.output;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All stop strings of a request as one automaton over UTF-16 units. Immutable; choices share it.
 *
 * <p>After any text, the state's depth is the length of the longest end of that text which begins a stop string: just
 * what must be held back. Source: Aho and Corasick, Efficient string matching (1975).
 */
final class StopStrings {
    static final int START = 0;

    private final List<Node> nodes = new ArrayList<>();

    /** Compiles strings, none of them empty; without any, nothing ever matches. */
    StopStrings(List<String> strings) {
        nodes.add(new Node(0));
        strings.forEach(this::insert);
        link();
    }

    private void insert(String string) {
        Node node = nodes.getFirst();
        for (int i = 0; i < string.length(); i++) {
            Integer next = node.next.get(string.charAt(i));
            if (next == null) {
                next = nodes.size();
                nodes.add(new Node(i + 1));
                node.next.put(string.charAt(i), next);
            }
            node = nodes.get(next);
        }
        node.matched = string;
    }

    /** Breadth first: a node's fallback is less deep, hence linked before it. */
    private void link() {
        ArrayDeque<Node> queue = new ArrayDeque<>();
        queue.add(nodes.getFirst());
        while (!queue.isEmpty()) {
            Node node = queue.remove();
            node.next.forEach((unit, index) -> {
                Node child = nodes.get(index);
                child.fallback = node.depth == 0 ? START : advance(node.fallback, unit);
                if (child.matched == null) {
                    child.matched = nodes.get(child.fallback).matched;
                }
                queue.add(child);
            });
        }
    }

    /** The state after one more unit. */
    int advance(int state, char unit) {
        Node node = nodes.get(state);
        while (true) {
            Integer next = node.next.get(unit);
            if (next != null) {
                return next;
            }
            if (node.depth == 0) {
                return START;
            }
            node = nodes.get(node.fallback);
        }
    }

    /** The longest stop string that ends in this state, or null. */
    @Nullable String matched(int state) {
        return nodes.get(state).matched;
    }

    /** How many of the last units may begin a stop string. */
    int heldUnits(int state) {
        return nodes.get(state).depth;
    }

    private static final class Node {
        private final Map<Character, Integer> next = new HashMap<>();
        private final int depth;
        private int fallback;
        private @Nullable String matched;

        private Node(int depth) {
            this.depth = depth;
        }
    }
}
