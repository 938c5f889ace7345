package org.dmafence.bench;

import java.util.List;
import org.dmafence.rcu.RcuDomain;

/** What takes more than one thread, or a driver: waking up, the pipeline, unloading. */
final class SystemGroups {
    /** Whose fences need it no more once they have signalled. */
    static final String DRIVER = "amdgpu-independent";

    static final String FEW = "10 k fences";
    static final String FEW_OF_MANY = "10 k of 1 M fences";
    static final String MANY = "1 M fences";
    static final String LOADER = "grace period, loader closed";

    private static final int ROUND_TRIPS = 500;
    private static final int UNLOADS = 7;
    private static final int PIPELINE_WINDOWS = 8;

    private SystemGroups() {}

    static List<Group> all() {
        return List.of(
                Group.of("wake-up", SystemGroups::wakeUp),
                Group.of("unload", UNLOADS, SystemGroups::unload),
                Group.of("pipeline", PIPELINE_WINDOWS, PipelineContender::lineUp));
    }

    private static void wakeUp(Lineup lineup) {
        lineup.add(new WakeUp(FenceGroups.FENCE, ROUND_TRIPS, WakeUp.fences()));
        lineup.add(new WakeUp(FenceGroups.FUTURE, ROUND_TRIPS, WakeUp::future));
        lineup.add(new WakeUp(FenceGroups.GUAVA, ROUND_TRIPS, WakeUp::guava));
        lineup.add(new WakeUp("CountDownLatch", ROUND_TRIPS, WakeUp::latch));
    }

    private static void unload(Lineup lineup) throws Exception {
        UnloadContender.Driver driver = UnloadContender.Driver.in(lineup, DRIVER);
        lineup.add(new LoaderContender(LOADER, RcuDomain.global(), driver.jar()));
        lineup.add(new UnloadContender(FEW, driver, 10_000, 10_000));
        lineup.add(new UnloadContender(FEW_OF_MANY, driver, 10_000, 1_000_000));
        lineup.add(new UnloadContender(MANY, driver, 1_000_000, 1_000_000));
    }
}
