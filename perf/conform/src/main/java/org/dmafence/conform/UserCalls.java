package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.uapi.UserProcess;

/** The process that a scenario's system calls come from, and its file descriptors by name. */
final class UserCalls {
    /** In front of a number that is meant literally. */
    private static final char LITERAL = '#';

    private static final int NO_FILE = -1;

    private UserCalls() {}

    /** The one process of a scenario; errors are lost where the kernel loses them. */
    static UserProcess process(World world) {
        UserProcess process = world.find(UserProcess.class, "");
        if (process == null) {
            UserProcess made = UserProcess.create(world.runtime(), ErrorPolicy.KERNEL);
            world.put("", made);
            world.closeAtEnd(() -> made.files().closeAll());
            return made;
        }
        return process;
    }

    /** The descriptor that an argument names; a bad one for a file that was not opened, or was closed. */
    static int fd(World world, Args args, String argument) throws OracleException {
        String name = args.text(argument, "");
        if (!name.isEmpty() && name.charAt(0) == LITERAL) {
            try {
                return Integer.parseInt(name.substring(1));
            } catch (NumberFormatException e) {
                throw args.bad(argument, "a name, or " + LITERAL + " and a number");
            }
        }
        Integer fd = world.find(Integer.class, name);
        return fd == null ? NO_FILE : fd;
    }

    /** Names a descriptor that a call returned, if the argument gives it a name; an error becomes the op's result. */
    static void opened(World world, Args args, String argument, int fd, ObjectNode result) throws OracleException {
        if (fd < 0) {
            result.put("ret", fd);
        } else if (args.has(argument)) {
            world.put(args.text(argument), fd);
        }
    }

    /** Forgets a name, so that it does not come to mean the next file of the same number. */
    static void closed(World world, String name) {
        world.put(name, NO_FILE);
    }

    /** A mask, as names joined by {@code |} or as a number, in either form of text. */
    static int mask(Args args, String argument, String[] names) throws OracleException {
        if (!args.has(argument)) {
            return 0;
        }
        if (args.isNumber(argument)) {
            return (int) args.number(argument);
        }
        int bits = 0;
        for (String part : args.text(argument).split("\\|", -1)) {
            bits |= bit(args, argument, names, part);
        }
        return bits;
    }

    private static int bit(Args args, String argument, String[] names, String part) throws OracleException {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(part)) {
                return 1 << i;
            }
        }
        try {
            return Integer.decode(part);
        } catch (NumberFormatException e) {
            throw args.bad(argument, "a number, or some of " + String.join(" ", names));
        }
    }
}
