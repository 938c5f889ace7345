package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.uapi.DrmFile;
import org.dmafence.uapi.DrmFile.Feature;
import org.dmafence.uapi.Errno;
import org.dmafence.uapi.EventfdOpenFile;
import org.dmafence.uapi.FileTable;
import org.dmafence.uapi.HeldFile;
import org.dmafence.uapi.SyncobjIoctl;
import org.jspecify.annotations.Nullable;

/** The system calls on syncobjs. */
final class SyncobjOps {
    private static final String PREFIX = "DRM_IOCTL_SYNCOBJ_";
    private static final String[] CREATE_FLAGS = {"CREATE_SIGNALED"};
    private static final String[] EXPORT_FLAGS = {"EXPORT_SYNC_FILE", "TIMELINE"};
    private static final String[] IMPORT_FLAGS = {"IMPORT_SYNC_FILE", "TIMELINE"};
    private static final String[] WAIT_FLAGS = {"WAIT_ALL", "WAIT_FOR_SUBMIT", "WAIT_AVAILABLE", "WAIT_DEADLINE"};
    private static final String[] QUERY_FLAGS = {"LAST_SUBMITTED"};
    private static final String[] NO_FLAGS = {};
    private static final char LITERAL = '#';

    /** A handle that a call returned, under its name. */
    private record Handle(int number) {}

    /** The device that is meant where none is named: the first. */
    private record FirstDevice(String name) {}

    private SyncobjOps() {}

    static void addTo(OpTable table) {
        table.add("drm_open", SyncobjOps::open);
        table.add(PREFIX + "CREATE", SyncobjOps::create);
        table.add(PREFIX + "DESTROY", SyncobjOps::destroy);
        table.add(PREFIX + "HANDLE_TO_FD", SyncobjOps::handleToFd);
        table.add(PREFIX + "FD_TO_HANDLE", SyncobjOps::fdToHandle);
        table.add(PREFIX + "TRANSFER", SyncobjOps::transfer);
        table.add(PREFIX + "WAIT", (world, args, result) -> {
            SyncobjIoctl.Wait data = new SyncobjIoctl.Wait();
            wait(world, args, SyncobjIoctl.WAIT, data, result);
        });
        table.add(PREFIX + "TIMELINE_WAIT", (world, args, result) -> {
            SyncobjIoctl.TimelineWait data = new SyncobjIoctl.TimelineWait();
            data.points = points(args);
            wait(world, args, SyncobjIoctl.TIMELINE_WAIT, data, result);
        });
        table.add(PREFIX + "RESET", (world, args, result) -> array(world, args, SyncobjIoctl.RESET, result));
        table.add(PREFIX + "SIGNAL", (world, args, result) -> array(world, args, SyncobjIoctl.SIGNAL, result));
        table.add(PREFIX + "TIMELINE_SIGNAL", (world, args, result) -> {
            SyncobjIoctl.TimelineArray data = timelineArray(world, args, points(args), NO_FLAGS);
            ioctl(world, args, SyncobjIoctl.TIMELINE_SIGNAL, data, result);
        });
        table.add(PREFIX + "QUERY", SyncobjOps::query);
        table.add(PREFIX + "EVENTFD", SyncobjOps::eventfd);
        table.add(
                "eventfd_create",
                (world, args, result) -> UserCalls.opened(
                        world,
                        args,
                        "eventfd",
                        UserCalls.process(world).files().install(new EventfdOpenFile()),
                        result));
        table.add("eventfd_read", SyncobjOps::readEventfd);
    }

    private static void open(World world, Args args, ObjectNode result) throws OracleException {
        Set<Feature> features = args.flag("nosyncobj") ? EnumSet.noneOf(Feature.class) : EnumSet.allOf(Feature.class);
        DrmFile device = new DrmFile(world.runtime(), ErrorPolicy.KERNEL, features);
        UserCalls.opened(world, args, "drm", UserCalls.process(world).files().install(device), result);
        if (world.find(FirstDevice.class, "") == null) {
            world.put("", new FirstDevice(args.text("drm", "")));
        }
    }

    private static int ioctl(World world, Args args, int request, Object data, ObjectNode result)
            throws OracleException {
        int device;
        if (args.has("drm")) {
            device = UserCalls.fd(world, args, "drm");
        } else {
            FirstDevice first = world.find(FirstDevice.class, "");
            Integer fd = first == null ? null : world.find(Integer.class, first.name());
            device = fd == null ? -1 : fd;
        }
        int ret = UserCalls.process(world).ioctl(device, request, data);
        result.put("ret", ret);
        return ret;
    }

    // ---- handles --------------------------------------------------------------------------------------------------

    private static int handle(World world, Args args, String argument) throws OracleException {
        return handleNamed(world, args, argument, args.text(argument, ""));
    }

    private static int handleNamed(World world, Args args, String argument, String name) throws OracleException {
        if (!name.isEmpty() && name.charAt(0) == LITERAL) {
            try {
                return Integer.parseUnsignedInt(name.substring(1));
            } catch (NumberFormatException e) {
                throw args.bad(argument, "a name, or " + LITERAL + " and a number");
            }
        }
        Handle handle = world.find(Handle.class, name);
        return handle == null ? 0 : handle.number();
    }

    private static int[] handles(World world, Args args) throws OracleException {
        List<String> names = args.texts("handles");
        int[] handles = new int[names.size()];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = handleNamed(world, args, "handles", names.get(i));
        }
        return handles;
    }

    private static long @Nullable [] points(Args args) throws OracleException {
        return args.has("points")
                ? args.numbers("points").stream().mapToLong(Long::longValue).toArray()
                : null;
    }

    private static void created(World world, Args args, int handle, ObjectNode result) throws OracleException {
        if (args.has("out")) {
            world.put(args.text("out"), new Handle(handle));
            result.put("handle", handle);
        }
    }

    private static void create(World world, Args args, ObjectNode result) throws OracleException {
        SyncobjIoctl.Create data = new SyncobjIoctl.Create();
        data.flags = UserCalls.mask(args, "flags", CREATE_FLAGS);
        if (ioctl(world, args, SyncobjIoctl.CREATE, data, result) == 0) {
            created(world, args, data.handle, result);
        }
    }

    private static void destroy(World world, Args args, ObjectNode result) throws OracleException {
        SyncobjIoctl.Destroy data = new SyncobjIoctl.Destroy();
        data.handle = handle(world, args, "handle");
        data.pad = args.integer("pad", 0);
        if (data.handle == 0) {
            world.noteFromHere(Note.HANDLE_0_DESTROYED);
        }
        ioctl(world, args, SyncobjIoctl.DESTROY, data, result);
    }

    private static void handleToFd(World world, Args args, ObjectNode result) throws OracleException {
        SyncobjIoctl.Handle data = new SyncobjIoctl.Handle();
        data.handle = handle(world, args, "handle");
        data.flags = UserCalls.mask(args, "flags", EXPORT_FLAGS);
        data.pad = args.integer("pad", 0);
        data.point = args.number("point", 0);
        if (ioctl(world, args, SyncobjIoctl.HANDLE_TO_FD, data, result) == 0) {
            UserCalls.opened(world, args, "out", data.fd, result);
        }
    }

    private static void fdToHandle(World world, Args args, ObjectNode result) throws OracleException {
        SyncobjIoctl.Handle data = new SyncobjIoctl.Handle();
        data.fd = UserCalls.fd(world, args, "fd");
        data.handle = args.has("handle") ? handle(world, args, "handle") : 0;
        data.flags = UserCalls.mask(args, "flags", IMPORT_FLAGS);
        data.pad = args.integer("pad", 0);
        data.point = args.number("point", 0);
        if (ioctl(world, args, SyncobjIoctl.FD_TO_HANDLE, data, result) == 0) {
            created(world, args, data.handle, result);
        }
    }

    private static void array(World world, Args args, int request, ObjectNode result) throws OracleException {
        SyncobjIoctl.Array data = new SyncobjIoctl.Array();
        data.handles = handles(world, args);
        data.countHandles = data.handles.length;
        data.pad = args.integer("pad", 0);
        ioctl(world, args, request, data, result);
    }

    // ---- points ---------------------------------------------------------------------------------------------------

    private static SyncobjIoctl.TimelineArray timelineArray(
            World world, Args args, long @Nullable [] points, String[] flags) throws OracleException {
        SyncobjIoctl.TimelineArray data = new SyncobjIoctl.TimelineArray();
        data.handles = handles(world, args);
        data.points = points;
        data.countHandles = data.handles.length;
        data.flags = UserCalls.mask(args, "flags", flags);
        return data;
    }

    private static void query(World world, Args args, ObjectNode result) throws OracleException {
        long[] points = new long[args.texts("handles").size()];
        SyncobjIoctl.TimelineArray data = timelineArray(world, args, points, QUERY_FLAGS);
        if (ioctl(world, args, SyncobjIoctl.QUERY, data, result) == 0) {
            ArrayNode list = result.putArray("points");
            for (long point : points) {
                list.add(point);
            }
        }
    }

    private static void transfer(World world, Args args, ObjectNode result) throws OracleException {
        SyncobjIoctl.Transfer data = new SyncobjIoctl.Transfer();
        data.srcHandle = handle(world, args, "src_handle");
        data.dstHandle = handle(world, args, "dst_handle");
        data.srcPoint = args.number("src_point", 0);
        data.dstPoint = args.number("dst_point", 0);
        data.flags = UserCalls.mask(args, "flags", WAIT_FLAGS);
        data.pad = args.integer("pad", 0);
        ioctl(world, args, SyncobjIoctl.TRANSFER, data, result);
    }

    private static void wait(World world, Args args, int request, SyncobjIoctl.Wait data, ObjectNode result)
            throws OracleException {
        data.handles = handles(world, args);
        data.countHandles = data.handles.length;
        data.timeoutNs = untilNs(world, args.number("timeout", 0));
        data.flags = UserCalls.mask(args, "flags", WAIT_FLAGS);
        data.deadlineNs = args.number("deadline", 0) * World.MS;
        data.firstSignaled = -1;
        int ret = ioctl(world, args, request, data, result);
        if (ret == 0 && (data.flags & SyncobjIoctl.WAIT_ALL) == 0) {
            result.put("first_signaled", data.firstSignaled);
        }
    }

    /** A time-out from now as the absolute time that the ioctls take. */
    private static long untilNs(World world, long timeoutMs) {
        if (timeoutMs == 0 || timeoutMs == -1) {
            return timeoutMs == 0 ? 0 : Long.MAX_VALUE;
        }
        return world.runtime().clock().nanoTime() + timeoutMs * World.MS;
    }

    // ---- events ---------------------------------------------------------------------------------------------------

    private static void eventfd(World world, Args args, ObjectNode result) throws OracleException {
        SyncobjIoctl.Eventfd data = new SyncobjIoctl.Eventfd();
        data.handle = handle(world, args, "handle");
        data.point = args.number("point", 0);
        data.flags = UserCalls.mask(args, "flags", WAIT_FLAGS);
        data.fd = UserCalls.fd(world, args, "eventfd");
        data.pad = args.integer("pad", 0);
        ioctl(world, args, SyncobjIoctl.EVENTFD, data, result);
    }

    private static void readEventfd(World world, Args args, ObjectNode result) throws OracleException {
        FileTable files = UserCalls.process(world).files();
        try (HeldFile<EventfdOpenFile> held = files.hold(UserCalls.fd(world, args, "eventfd"), EventfdOpenFile.class)) {
            long value = held == null ? Errno.EBADF : held.object().read();
            result.put("ret", Math.min(0, value)).put("value", Math.max(0, value));
        }
    }
}
