package org.dmafence.drivers.catalogue;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.drivers.catalogue.Issuer.AfterSignal;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IssuersTest {
    /**
     * The kernel's tables, typed from the facts and not from the resource: enable_signaling, signaled, wait, release,
     * set_deadline; the lock; detaches at signal; independent afterwards; both names on ring {@code gfx} of device
     * {@code dev}.
     */
    private static final String EXPECTED = """
            stub                ----- inline   yes yes      stub stub
            dma-fence-array     ES-RD inline   no  built-in dma_fence_array unbound
            dma-fence-chain     ES-RD inline   no  built-in dma_fence_chain unbound
            sw-sync             -S-RD external no  no       sw_sync gfx
            drm-sched-scheduled ---R- own      no  no       drm_sched gfx
            drm-sched-finished  ---RD own      no  no       drm_sched gfx
            i915-request        ESWR- own      no  no       dev gfx
            i915-work           ---R- own      no  no       dma-fence gfx
            i915-memcpy         ----- own      yes yes      i915_ttm_memcpy_work unbound
            i915-vma-resource   ---R- own      no  no       vma_unbind_fence unbound
            amdgpu-ring         E--R- external no  no       amdgpu gfx
            amdgpu-userq        -S-R- own      no  no       amdgpu_userq_fence gfx
            amdgpu-eviction     E---- own      yes yes      amdgpu_eviction_fence gfx
            amdgpu-tlb          ----- own      yes yes      amdgpu_tlb_fence amdgpu_tlb_timeline
            amdkfd              E--R- own      no  no       amdgpu_amdkfd_fence gfx
            xe-hw               ES-R- external no  no       dev gfx
            xe-preempt          E---- own      yes yes      xe preempt
            xe-tlb-inval        ----- external yes lock     xe tlb_inval_fence
            xe-oa               ----- own      yes yes      xe_oa unbound
            nouveau-legacy      ESWR- external no  no       nouveau gfx
            nouveau-uevent      ES-R- external no  no       nouveau gfx
            radeon              ESW-- external no  no       radeon radeon.gfx
            qxl                 --W-- external no  no       qxl release
            virtio-gpu          -S--- external yes lock     virtio_gpu controlq
            vmwgfx              E--R- external no  no       vmwgfx svga
            vgem                ---R- own      no  no       vgem unbound
            lima                ---R- external no  no       lima gfx
            panfrost            ----- external yes lock     panfrost (null)
            panthor             ----- external yes lock     panthor queue-fence
            etnaviv             -S-R- external no  no       etnaviv dev
            msm                 -S--D external yes lock     msm gfx
            v3d                 ----- external yes lock     v3d (null)
            vc4                 -S--- external yes lock     vc4 vc4-v3d
            host1x              E---- external yes lock     host1x syncpoint
            imagination-job     ---R- external no  no       powervr invalid
            imagination-cccb    ---R- external no  no       powervr invalid
            imagination-kccb    ----- external yes lock     powervr kccb
            drm-crtc            ----- external yes lock     dev CRTC:gfx
            drm-writeback       ----- external yes lock     dev CONNECTOR:gfx
            amdxdna             ----- own      yes yes      amdxdna gfx
            ivpu                ----- own      yes yes      intel_vpu dev
            rocket              ----- external yes lock     rocket rockchip-npu
            ethosu              ----- external yes lock     ethosu ethosu-npu
            """;

    private final DriverTestContext context = new DriverTestContext();

    /** One line of the table above. */
    record Row(
            String slug,
            String ops,
            String lock,
            String detaches,
            String independent,
            String driverName,
            String timelineName) {
        @Override
        public String toString() {
            return slug;
        }
    }

    static Stream<Row> rows() {
        return EXPECTED.lines()
                .map(line -> line.split(" +"))
                .map(c -> new Row(c[0], c[1], c[2], c[3], c[4], c[5].replace('_', ' '), c[6].replace('_', ' ')));
    }

    static List<Issuer> issuers() {
        return Issuers.all();
    }

    @Test
    void shouldEqualTheTableOfTheFacts() {
        assertThat(Issuers.all().stream().map(IssuersTest::facts))
                .containsExactlyElementsOf(
                        rows().map(row -> String.join(" ", row.slug, row.ops, row.lock, row.detaches, row.independent))
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldBehaveAsDeclaredWhenAJobEnds(Row row) {
        SimulatedDriver driver = (SimulatedDriver) new GenericDrivers().create(row.slug);
        driver.init(context);
        SimulatedRing ring = driver.openRing(
                new RingSpec("dev", "gfx", driver.issuers().get(0).name(), 4));
        DmaFence fence = ring.submit(RingJob.external(1));

        assertThat(fence.driverName().replace('_', ' ')).isEqualTo(row.driverName);
        assertThat(fence.timelineName().replace('_', ' ')).isEqualTo(row.timelineName);
        assertThat(fence.independence().failing()).contains(Condition.SIGNALED);
        ring.complete(1, null);

        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(fence.driverName()).isEqualTo("detached-driver");
        assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
        assertThat(fence.isDetached()).isEqualTo(row.detaches.equals("yes"));
        assertThat(fence.independence().independent()).isEqualTo(row.independent.equals("yes"));
        assertThat(fence.independence().failing()).isEqualTo(failing(row));
        assertThat(driver.issuers().get(0).detaches()).isEqualTo(fence.isDetached());
        assertThat(driver.issuers().get(0).independent())
                .isEqualTo(fence.independence().independent());
        fence.release();
        assertThat(context.ledger().dependents()).isEmpty();
        assertThat(context.reports()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("issuers")
    void shouldBeAskedByTheOpsOfItsTableAndNoOthers(Issuer issuer) {
        CountingRing ring = new CountingRing(context, issuer);
        DmaFence fence = ring.submit(RingJob.external(1));

        fence.enableSignaling();
        fence.pollSignaled();
        fence.waitTimeout(false, 0);
        fence.setDeadline(1);
        ring.complete(1, null);
        fence.release();

        assertThat(ring.asked).isEqualTo(issuer.table().ops());
    }

    @ParameterizedTest
    @MethodSource("issuers")
    void shouldEndEverythingWithTheErrorWhenKilled(Issuer issuer) {
        SimulatedDriver driver = (SimulatedDriver) new GenericDrivers().create(issuer.slug());
        driver.init(context);
        SimulatedRing ring = driver.openRing(
                new RingSpec("dev", "gfx", driver.issuers().get(0).name(), 8));
        List<DmaFence> fences = Stream.iterate(1L, id -> id + 1)
                .limit(8)
                .map(id -> ring.submit(RingJob.external(id)))
                .toList();
        ring.complete(3, null);

        ring.kill(FenceError.ENODEV);

        assertThat(fences.subList(0, 3))
                .allSatisfy(fence -> assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK));
        assertThat(fences.subList(3, 8))
                .allSatisfy(
                        fence -> assertThat(fence.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENODEV)));
        assertThat(fences).allSatisfy(fence -> assertThat(fence.references()).isEqualTo(1));
        assertThat(context.ledger().unsignaledCount()).isZero();
    }

    @Test
    void shouldNameTheColumnsWhenALineIsBroken() {
        assertThatThrownBy(() -> Issuers.parse("one | two"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 columns instead of 11");
    }

    @Test
    void shouldSayWhatAnExternalLockLiesIn() {
        assertThat(Issuers.all())
                .allSatisfy(issuer -> assertThat(issuer.lockHome().isEmpty())
                        .isEqualTo(issuer.table().lock() != LockKind.EXTERNAL));
    }

    private static Set<Condition> failing(Row row) {
        Set<Condition> failing = new TreeSet<>();
        if (row.detaches.equals("no")) {
            failing.add(Condition.DETACHED);
        }
        if (row.lock.equals("external")) {
            failing.add(Condition.LOCK);
        }
        return failing;
    }

    private static String facts(Issuer issuer) {
        String ops = Arrays.stream(Op.values())
                .map(op -> issuer.table().ops().contains(op) ? letter(op) : "-")
                .collect(joining());
        AfterSignal after = issuer.afterSignal();
        return String.join(
                " ",
                issuer.slug(),
                ops,
                issuer.table().lock().name().toLowerCase(Locale.ROOT),
                after.detaches() ? "yes" : "no",
                switch (after) {
                    case NOTHING -> "yes";
                    case LOCK -> "lock";
                    case ISSUER -> "no";
                    case CORE -> "built-in";
                });
    }

    private static String letter(Op op) {
        return op == Op.SET_DEADLINE ? "D" : op.name().substring(0, 1);
    }
}
