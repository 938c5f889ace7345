package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.sync.SyncTimeline;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random calls of the syncobj, sync_file and sw_sync interfaces, some of them hostile, against a model. The number of
 * sequences is {@code -Ddmafence.fuzz}; a failure names the seed of its sequence, which {@code -Ddmafence.fuzz.seed}
 * runs alone.
 */
class SyncobjFuzzTest {
    private static final int CALLS = 40;
    private static final long[] POINTS = {0, 1, 2, 3, 5, 8, 13, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1};

    @Test
    void shouldAnswerAsTheModelDoes() {
        Long only = Long.getLong("dmafence.fuzz.seed");
        if (only != null) {
            new Sequence(only).run();
            return;
        }
        SplittableRandom seeds = new SplittableRandom(2_026);
        long sequences = Long.getLong("dmafence.fuzz", 2_000);
        for (long i = 0; i < sequences; i++) {
            new Sequence(seeds.nextLong()).run();
        }
    }

    private static final class Sequence {
        private final long seed;
        private final SplittableRandom random;
        private final List<String> calls = new ArrayList<>();
        private final List<String> reports = new ArrayList<>();
        private final FenceRuntime runtime = FenceRuntime.builder()
                .reporter((kind, message, cause) -> reports.add(kind + " " + message))
                .build();
        private final UserProcess process;
        private final int drm;
        private final int counter;

        /** Each fence of work waits for its own value of one software timeline: number i is done from value i on. */
        private int value;

        private int nextWork = 1;
        private final Map<Integer, SyncobjModel> objects = new HashMap<>();
        private final Map<Integer, Set<Integer>> files = new HashMap<>();

        Sequence(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            ErrorPolicy policy = random.nextBoolean() ? ErrorPolicy.KERNEL : ErrorPolicy.KEEP_FIRST;
            process = UserProcess.create(runtime, policy);
            drm = process.files().install(new DrmFile(runtime, policy, EnumSet.allOf(DrmFile.Feature.class)));
            counter = process.files().install(new SwSyncOpenFile(SyncTimeline.create(runtime, "fuzz"), policy));
        }

        void run() {
            try {
                for (int i = 0; i < CALLS; i++) {
                    call(random.nextInt(16));
                }
                process.files().closeAll();
                assertThat(process.files().size()).isZero();
                assertThat(reports).isEmpty();
            } catch (Throwable e) {
                throw new AssertionError("sequence of -Ddmafence.fuzz.seed=" + seed + ", after " + calls, e);
            }
        }

        private void call(int which) {
            switch (which) {
                case 0, 1 -> create();
                case 2 -> newFile();
                case 3, 4 -> importFile();
                case 5 -> exportFile();
                case 6 -> transfer();
                case 7 -> signalOrReset();
                case 8 -> signalTimeline();
                case 9, 10 -> query();
                case 11, 12 -> waitFor();
                case 13 -> increment();
                case 14 -> merge();
                default -> destroyOrClose();
            }
        }

        // ---- drawing -----------------------------------------------------------------------------------------------

        private long point() {
            return POINTS[random.nextInt(POINTS.length)];
        }

        /** A handle that there is, mostly. */
        private int handle() {
            int drawn = random.nextInt(8);
            return objects.isEmpty() || drawn == 0 ? random.nextInt(-3, 99) : pick(new ArrayList<>(objects.keySet()));
        }

        private int file() {
            int drawn = random.nextInt(8);
            return files.isEmpty() || drawn == 0 ? random.nextInt(-3, 99) : pick(new ArrayList<>(files.keySet()));
        }

        private int pick(List<Integer> from) {
            return from.get(random.nextInt(from.size()));
        }

        private boolean hostile() {
            return random.nextInt(16) == 0;
        }

        private Set<Integer> done() {
            Set<Integer> done = new TreeSet<>();
            for (int i = 1; i <= value; i++) {
                done.add(i);
            }
            return done;
        }

        private int ioctl(int fd, int request, @Nullable Object data, String text) {
            int result = process.ioctl(fd, request, data);
            calls.add(text + " = " + result);
            return result;
        }

        // ---- calls -------------------------------------------------------------------------------------------------

        private void create() {
            SyncobjIoctl.Create data = new SyncobjIoctl.Create();
            data.flags = hostile() ? random.nextInt() | 2 : random.nextInt(2);
            int result = ioctl(drm, SyncobjIoctl.CREATE, data, "create " + data.flags);
            assertThat(result).isEqualTo((data.flags & ~1) != 0 ? Errno.EINVAL : 0);
            if (result == 0) {
                SyncobjModel model = new SyncobjModel();
                if (data.flags == 1) {
                    model.replace(Set.of());
                }
                assertThat(objects.put(data.handle, model)).isNull();
            }
        }

        private void newFile() {
            SyncIoctl.CreateFence data = new SyncIoctl.CreateFence();
            int work = random.nextInt(4) == 0 ? Math.max(1, random.nextInt(nextWork)) : nextWork++;
            data.value = work;
            assertThat(ioctl(counter, SyncIoctl.SW_SYNC_CREATE_FENCE, data, "fence " + work))
                    .isZero();
            assertThat(files.put(data.fence, Set.of(work))).isNull();
        }

        private SyncobjIoctl.Handle handleRequest(int flags) {
            SyncobjIoctl.Handle data = new SyncobjIoctl.Handle();
            data.handle = handle();
            data.flags = flags | (hostile() ? random.nextInt() : 0);
            data.pad = hostile() ? 1 : 0;
            data.point = (data.flags & 2) != 0 || hostile() ? point() : 0;
            return data;
        }

        private void importFile() {
            SyncobjIoctl.Handle data = handleRequest(1 + 2 * random.nextInt(2));
            data.fd = file();
            int result = ioctl(drm, SyncobjIoctl.FD_TO_HANDLE, data, text("import", data));
            if (data.pad != 0 || (data.flags & ~3) != 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
                return;
            }
            if ((data.flags & 1) == 0) {
                assertThat(result).isEqualTo(Errno.EINVAL); // none of these files is an object's
                return;
            }
            Set<Integer> work = files.get(data.fd);
            boolean known = objects.containsKey(data.handle) || untracked.contains(data.handle);
            assertThat(result).isEqualTo(work == null ? Errno.EINVAL : known ? 0 : Errno.ENOENT);
            if (work != null && known) {
                long point = (data.flags & 2) != 0 ? data.point : 0;
                if (point != 0) {
                    if (!untracked.contains(data.handle)) {
                        tracked(data.handle).add(point, work);
                    }
                } else {
                    tracked(data.handle).replace(work);
                    if (chainFiles.contains(data.fd)) {
                        objects.remove(data.handle); // a chain as a whole: what it answers to points is the chain's
                        untracked.add(data.handle);
                    }
                }
            }
        }

        /** Files of chains, which a binary import makes timelines of; and the objects that this happened to. */
        private final Set<Integer> chainFiles = new TreeSet<>();

        private final Set<Integer> untracked = new TreeSet<>();

        private void exportFile() {
            SyncobjIoctl.Handle data = handleRequest(1 + 2 * random.nextInt(2));
            if (untracked.contains(data.handle)) {
                return;
            }
            int result = ioctl(drm, SyncobjIoctl.HANDLE_TO_FD, data, text("export", data));
            if (data.pad != 0 || (data.flags & ~3) != 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
                return;
            }
            SyncobjModel model = objects.get(data.handle);
            if ((data.flags & 1) == 0) {
                assertThat(result).isEqualTo(data.point != 0 || model == null ? Errno.EINVAL : 0);
                if (result == 0) {
                    assertThat(process.close(data.fd)).isZero();
                }
                return;
            }
            Set<Integer> work = model == null ? null : model.workOf((data.flags & 2) != 0 ? data.point : 0);
            assertThat(result).isEqualTo(model == null ? Errno.ENOENT : work == null ? Errno.EINVAL : 0);
            if (work != null) {
                assertThat(files.put(data.fd, work)).isNull();
                if (model != null && model.lastSubmitted() != 0) {
                    chainFiles.add(data.fd);
                }
                checkFile(data.fd);
            }
        }

        /** A file is signalled exactly if its work is done. */
        private void checkFile(int fd) {
            SyncIoctl.FileInfo info = new SyncIoctl.FileInfo();
            assertThat(ioctl(fd, SyncIoctl.FILE_INFO, info, "info " + fd)).isZero();
            Set<Integer> work = files.get(fd);
            assertThat(info.status)
                    .as("status of " + work + " at " + value)
                    .isEqualTo(work != null && done().containsAll(work) ? 1 : 0);
        }

        private void transfer() {
            SyncobjIoctl.Transfer data = new SyncobjIoctl.Transfer();
            data.srcHandle = handle();
            data.dstHandle = handle();
            data.srcPoint = point();
            data.dstPoint = random.nextInt(4) == 0 ? 0 : point();
            data.flags = hostile() ? 4 : 0;
            data.pad = hostile() ? 1 : 0;
            SyncobjModel source = objects.get(data.srcHandle);
            SyncobjModel target = objects.get(data.dstHandle);
            boolean wholeChain = data.dstPoint == 0 && source != null && source.lastSubmitted() != 0;
            if (untracked.contains(data.srcHandle) || untracked.contains(data.dstHandle) || wholeChain) {
                return;
            }
            int result = ioctl(
                    drm,
                    SyncobjIoctl.TRANSFER,
                    data,
                    "transfer " + data.srcHandle + "@" + data.srcPoint + " to " + data.dstHandle + "@" + data.dstPoint);
            if (data.pad != 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
            } else if (target == null || source == null) {
                assertThat(result).isEqualTo(Errno.ENOENT);
            } else if (data.flags != 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
            } else {
                Set<Integer> work = source.workOf(data.srcPoint);
                assertThat(result).isEqualTo(work == null ? Errno.EINVAL : 0);
                if (work != null) {
                    if (data.dstPoint == 0) {
                        target.replace(work);
                    } else {
                        target.add(data.dstPoint, work);
                    }
                }
            }
        }

        private void signalOrReset() {
            SyncobjIoctl.Array data = new SyncobjIoctl.Array();
            data.handles = handles();
            data.countHandles = count(data.handles);
            data.pad = hostile() ? 1 : 0;
            boolean reset = random.nextBoolean();
            int result = ioctl(
                    drm,
                    reset ? SyncobjIoctl.RESET : SyncobjIoctl.SIGNAL,
                    data,
                    (reset ? "reset " : "signal ") + text(data.handles));
            if (data.pad != 0 || data.countHandles == 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
                return;
            }
            assertThat(result).isEqualTo(lookUp(data.handles, data.countHandles));
            if (result == 0 && data.handles != null) {
                for (int i = 0; i < data.countHandles; i++) {
                    SyncobjModel model = tracked(data.handles[i]);
                    if (reset) {
                        model.reset();
                    } else {
                        model.replace(Set.of());
                    }
                }
            }
        }

        /** A known handle's model; one that was lost track of is a new one, now that its payload is known again. */
        private SyncobjModel tracked(int handle) {
            untracked.remove(handle);
            return objects.computeIfAbsent(handle, h -> new SyncobjModel());
        }

        private void signalTimeline() {
            SyncobjIoctl.TimelineArray data = timelineArray();
            data.flags = hostile() ? 1 : 0;
            if (anyUntracked(data.handles)) {
                return;
            }
            int result = ioctl(drm, SyncobjIoctl.TIMELINE_SIGNAL, data, "timeline_signal " + text(data.handles));
            if (data.flags != 0 || data.countHandles == 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
                return;
            }
            int found = lookUp(data.handles, data.countHandles);
            boolean fault = data.points != null && data.points.length < data.countHandles;
            assertThat(result).isEqualTo(found != 0 ? found : fault ? Errno.EFAULT : 0);
            if (result == 0 && data.handles != null) {
                for (int i = 0; i < data.countHandles; i++) {
                    tracked(data.handles[i]).add(data.points == null ? 0 : data.points[i], Set.of());
                }
            }
        }

        private SyncobjIoctl.TimelineArray timelineArray() {
            SyncobjIoctl.TimelineArray data = new SyncobjIoctl.TimelineArray();
            data.handles = handles();
            data.countHandles = count(data.handles);
            int length = hostile() ? random.nextInt(3) : Math.max(0, data.countHandles);
            data.points = hostile() ? null : new long[Math.min(length, 8)];
            for (int i = 0; data.points != null && i < data.points.length; i++) {
                data.points[i] = point();
            }
            return data;
        }

        private void query() {
            SyncobjIoctl.TimelineArray data = timelineArray();
            data.flags = hostile() ? 2 : random.nextInt(2);
            if (anyUntracked(data.handles)) {
                return;
            }
            int result = ioctl(drm, SyncobjIoctl.QUERY, data, "query " + data.flags + " " + text(data.handles));
            if ((data.flags & ~1) != 0 || data.countHandles == 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
                return;
            }
            int found = lookUp(data.handles, data.countHandles);
            boolean fault = data.points == null || data.points.length < data.countHandles;
            assertThat(result).isEqualTo(found != 0 ? found : fault ? Errno.EFAULT : 0);
            for (int i = 0; result == 0 && data.points != null && data.handles != null && i < data.countHandles; i++) {
                SyncobjModel model = tracked(data.handles[i]);
                long expected = data.flags == 1 ? model.lastSubmitted() : model.reached(done());
                assertThat(data.points[i]).as("query of " + data.handles[i]).isEqualTo(expected);
            }
        }

        private void waitFor() {
            SyncobjIoctl.TimelineWait data = new SyncobjIoctl.TimelineWait();
            data.handles = handles();
            data.countHandles = count(data.handles);
            data.points =
                    hostile() ? null : new long[Math.max(0, Math.min(8, data.countHandles - (hostile() ? 1 : 0)))];
            for (int i = 0; data.points != null && i < data.points.length; i++) {
                data.points[i] = point();
            }
            data.flags = hostile() ? 16 : random.nextInt(16);
            data.timeoutNs = random.nextBoolean() ? 0 : random.nextBoolean() ? Long.MIN_VALUE : 1;
            if (anyUntracked(data.handles)) {
                return;
            }
            int result = ioctl(drm, SyncobjIoctl.TIMELINE_WAIT, data, "wait " + data.flags + " " + text(data.handles));
            if ((data.flags & ~15) != 0) {
                assertThat(result).isEqualTo(Errno.EINVAL);
                return;
            }
            if (data.countHandles == 0) {
                assertThat(result).isZero();
                return;
            }
            int found = lookUp(data.handles, data.countHandles);
            if (found != 0 || (data.points != null && data.points.length < data.countHandles)) {
                assertThat(result).isEqualTo(found != 0 ? found : Errno.EFAULT);
                return;
            }
            checkWait(data, result);
        }

        private void checkWait(SyncobjIoctl.TimelineWait data, int result) {
            boolean all = (data.flags & SyncobjIoctl.WAIT_ALL) != 0;
            boolean available = (data.flags & SyncobjIoctl.WAIT_AVAILABLE) != 0;
            boolean forSubmit = available || (data.flags & SyncobjIoctl.WAIT_FOR_SUBMIT) != 0;
            int reached = 0;
            int first = -1;
            for (int i = 0; i < data.countHandles; i++) {
                int handle = data.handles == null ? 0 : data.handles[i];
                Set<Integer> work = tracked(handle).workOf(data.points == null ? 0 : data.points[i]);
                if (work == null && !forSubmit) {
                    assertThat(result).isEqualTo(Errno.EINVAL);
                    return;
                }
                if (work != null && (available || done().containsAll(work))) {
                    first = first < 0 ? i : first;
                    reached++;
                }
            }
            boolean over = all ? reached == data.countHandles : reached > 0;
            assertThat(result).isEqualTo(over ? 0 : Errno.ETIME);
            if (over) {
                assertThat(data.firstSignaled).isEqualTo(first);
            }
        }

        private void increment() {
            int by = random.nextInt(3);
            value += by;
            nextWork = Math.max(nextWork, value + 1);
            assertThat(ioctl(counter, SyncIoctl.SW_SYNC_INC, by, "increment to " + value))
                    .isZero();
            files.keySet().forEach(this::checkFile);
        }

        private void merge() {
            SyncIoctl.Merge data = new SyncIoctl.Merge();
            int fd = file();
            data.fd2 = file();
            data.name = hostile() ? null : "x".repeat(random.nextInt(70));
            data.flags = hostile() ? 1 : 0;
            int result = ioctl(fd, SyncIoctl.MERGE, data, "merge " + fd + " " + data.fd2);
            if (!files.containsKey(fd)) {
                assertThat(result).isNegative();
                return;
            }
            Set<Integer> other = files.get(data.fd2);
            int expected = data.name == null
                    ? Errno.EFAULT
                    : data.flags != 0 ? Errno.EINVAL : other == null ? Errno.ENOENT : 0;
            assertThat(result).isEqualTo(expected);
            if (expected == 0 && other != null) {
                Set<Integer> both = new TreeSet<>(files.get(fd));
                both.addAll(other);
                files.put(data.fence, both);
                checkFile(data.fence);
            }
        }

        private void destroyOrClose() {
            if (random.nextBoolean()) {
                int fd = file();
                boolean ours = files.containsKey(fd);
                if (ours || fd < 0 || fd > drm + 1 + files.size() + 60) {
                    assertThat(process.close(fd)).isEqualTo(ours ? 0 : Errno.EBADF);
                    files.remove(fd);
                    chainFiles.remove(fd);
                }
                return;
            }
            SyncobjIoctl.Destroy data = new SyncobjIoctl.Destroy();
            data.handle = handle();
            data.pad = hostile() ? 1 : 0;
            boolean known = objects.containsKey(data.handle) || untracked.contains(data.handle);
            int result = ioctl(drm, SyncobjIoctl.DESTROY, data, "destroy " + data.handle);
            assertThat(result).isEqualTo(known && data.pad == 0 ? 0 : Errno.EINVAL);
            if (result == 0) {
                objects.remove(data.handle);
                untracked.remove(data.handle);
            }
        }

        // ---- arrays ------------------------------------------------------------------------------------------------

        private int @Nullable [] handles() {
            if (hostile()) {
                return null;
            }
            int[] handles = new int[1 + random.nextInt(3)];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = handle();
            }
            return handles;
        }

        private int count(int @Nullable [] handles) {
            return hostile() ? random.nextInt(-2, 9) : handles == null ? 1 : handles.length;
        }

        private boolean anyUntracked(int @Nullable [] handles) {
            for (int i = 0; handles != null && i < handles.length; i++) {
                if (untracked.contains(handles[i])) {
                    return true;
                }
            }
            return false;
        }

        private int lookUp(int @Nullable [] handles, int count) {
            if (handles == null || count < 0 || count > handles.length) {
                return Errno.EFAULT;
            }
            for (int i = 0; i < count; i++) {
                if (!objects.containsKey(handles[i]) && !untracked.contains(handles[i])) {
                    return Errno.ENOENT;
                }
            }
            return 0;
        }

        private static String text(String name, SyncobjIoctl.Handle data) {
            return name + " " + data.handle + " flags " + data.flags + " point " + data.point + " fd " + data.fd;
        }

        private static String text(int @Nullable [] handles) {
            return java.util.Arrays.toString(handles);
        }
    }
}
