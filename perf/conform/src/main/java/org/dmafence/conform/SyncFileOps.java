package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncFile;
import org.dmafence.uapi.FileTable;
import org.dmafence.uapi.OpenFile;
import org.dmafence.uapi.PollFd;
import org.dmafence.uapi.SyncIoctl;
import org.dmafence.uapi.SyncOpenFile;
import org.dmafence.uapi.UserProcess;

/** The system calls on sync_file and sw_sync. */
final class SyncFileOps {
    private static final int ROOM = 64;

    /** More than a scenario's files stand for, whatever it says it has room for. */
    private static final int MAX_ROOM = 1 << 16;

    private static final String[] NO_FLAGS = {};

    private SyncFileOps() {}

    static void addTo(OpTable table) {
        table.add(
                "sw_sync_create",
                (world, args, result) -> UserCalls.opened(
                        world, args, "timeline", UserCalls.process(world).openSwSync(args.text("name", "")), result));
        table.add("SW_SYNC_IOC_CREATE_FENCE", SyncFileOps::createFence);
        table.add(
                "SW_SYNC_IOC_INC",
                (world, args, result) ->
                        ioctl(world, args, "timeline", SyncIoctl.SW_SYNC_INC, (int) args.number("value", 0), result));
        table.add("SW_SYNC_GET_DEADLINE", SyncFileOps::getDeadline);
        table.add("SYNC_IOC_MERGE", SyncFileOps::merge);
        table.add("SYNC_IOC_FILE_INFO", SyncFileOps::info);
        table.add("SYNC_IOC_SET_DEADLINE", (world, args, result) -> {
            SyncIoctl.SetDeadline data = new SyncIoctl.SetDeadline();
            data.deadlineNs = args.number("deadline", 0) * World.MS;
            data.pad = args.number("pad", 0);
            ioctl(world, args, "fence", SyncIoctl.SET_DEADLINE, data, result);
        });
        table.add("close", (world, args, result) -> {
            result.put("ret", UserCalls.process(world).close(UserCalls.fd(world, args, "fd")));
            UserCalls.closed(world, args.text("fd", ""));
        });
        table.add("poll", (world, args, result) -> {
            PollFd poll = new PollFd(UserCalls.fd(world, args, "fence"), OpenFile.POLLIN);
            result.put("ret", UserCalls.process(world).poll(poll, args.integer("timeout", 0)));
            result.put("revents", poll.revents);
        });
    }

    private static int ioctl(World world, Args args, String file, int request, Object data, ObjectNode result)
            throws OracleException {
        int ret = UserCalls.process(world).ioctl(UserCalls.fd(world, args, file), request, data);
        result.put("ret", ret);
        return ret;
    }

    private static void createFence(World world, Args args, ObjectNode result) throws OracleException {
        SyncIoctl.CreateFence data = new SyncIoctl.CreateFence();
        data.value = (int) args.number("value", 0);
        if (ioctl(world, args, "timeline", SyncIoctl.SW_SYNC_CREATE_FENCE, data, result) == 0) {
            UserCalls.opened(world, args, "fence", data.fence, result);
        }
    }

    private static void getDeadline(World world, Args args, ObjectNode result) throws OracleException {
        SyncIoctl.GetDeadline data = new SyncIoctl.GetDeadline();
        data.fenceFd = UserCalls.fd(world, args, "fence");
        data.pad = args.integer("pad", 0);
        if (ioctl(world, args, "timeline", SyncIoctl.SW_SYNC_GET_DEADLINE, data, result) == 0) {
            result.put("deadline", World.toMs(data.deadlineNs));
        }
    }

    private static void merge(World world, Args args, ObjectNode result) throws OracleException {
        SyncIoctl.Merge data = new SyncIoctl.Merge();
        data.name = args.text("name", "");
        data.fd2 = UserCalls.fd(world, args, "fence2");
        data.flags = UserCalls.mask(args, "flags", NO_FLAGS);
        data.pad = args.integer("pad", 0);
        if (ioctl(world, args, "fence", SyncIoctl.MERGE, data, result) == 0) {
            UserCalls.opened(world, args, "out", data.fence, result);
        }
    }

    /** Of a file, or of one that is made around a fence for as long as it is asked. */
    private static void info(World world, Args args, ObjectNode result) throws OracleException {
        if (world.find(DmaFence.class, args.text("fence", "")) == null) {
            info(UserCalls.process(world), UserCalls.fd(world, args, "fence"), args, result);
            return;
        }
        DmaFence fence = world.fence(args, "fence");
        UserProcess process = UserCalls.process(world);
        FileTable files = process.files();
        int fd = files.install(new SyncOpenFile(SyncFile.create(fence, ErrorPolicy.KERNEL)));
        if (args.flag("signal_between")) {
            FenceOwners.of(fence).signal(fence);
        }
        info(process, fd, args, result);
        files.close(fd);
    }

    private static void info(UserProcess process, int fd, Args args, ObjectNode result) throws OracleException {
        SyncIoctl.FileInfo data = new SyncIoctl.FileInfo();
        int room = args.integer("num_fences", ROOM);
        SyncIoctl.FenceInfo[] fences = new SyncIoctl.FenceInfo[Math.min(Math.max(room, ROOM), MAX_ROOM)];
        data.numFences = room;
        data.fences = fences;
        data.flags = UserCalls.mask(args, "flags", NO_FLAGS);
        data.pad = args.integer("pad", 0);
        int ret = process.ioctl(fd, SyncIoctl.FILE_INFO, data);
        result.put("ret", ret);
        if (ret != 0) {
            return;
        }
        result.put("name", data.name);
        result.put("status", data.status);
        result.put("num_fences", data.numFences);
        if (room != 0) {
            ArrayNode list = result.putArray("fences");
            for (int i = 0; i < data.numFences; i++) {
                putFence(fences[i], list.addObject());
            }
        }
    }

    private static void putFence(SyncIoctl.FenceInfo fence, ObjectNode to) {
        to.put("obj_name", fence.objName);
        to.put("driver_name", fence.driverName);
        to.put("status", fence.status);
        if (fence.timestampNs == 0) {
            to.putNull("timestamp");
        } else {
            World.putTime(to, "timestamp", fence.timestampNs);
        }
    }
}
