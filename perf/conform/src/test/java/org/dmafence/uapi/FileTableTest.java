package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileTableTest {
    private final FileTable files = FileTable.create();
    private final OtherFile file = new OtherFile();

    @Test
    void shouldHandOutTheLowestFreeNumber() {
        assertThat(files.install(file)).isEqualTo(3);
        assertThat(files.install(new OtherFile())).isEqualTo(4);
        assertThat(files.install(new OtherFile())).isEqualTo(5);
        assertThat(files.close(4)).isZero();
        assertThat(files.reserve()).isEqualTo(4);
        assertThat(files.reserve()).isEqualTo(6);
    }

    @Test
    void shouldCloseTheFileWithItsLastDescriptor() {
        int fd = files.install(file);
        int other = files.dup(fd);

        assertThat(files.close(fd)).isZero();
        assertThat(file.closed).hasValue(0);
        assertThat(files.close(other)).isZero();
        assertThat(file.closed).hasValue(1);
        assertThat(files.close(other)).isEqualTo(Errno.EBADF);
        assertThat(files.dup(other)).isEqualTo(Errno.EBADF);
    }

    @Test
    void shouldKeepTheFileOpenWhileACallHoldsIt() {
        int fd = files.install(file);
        try (HeldFile<OtherFile> held = files.hold(fd, OtherFile.class)) {
            files.close(fd);
            assertThat(held).isNotNull();
            assertThat(file.closed).hasValue(0);
        }
        assertThat(file.closed).hasValue(1);
        assertThat(file.tryRetain()).isFalse();
        file.release(); // is reported to the log
        assertThat(file.closed).hasValue(1);
        assertThat(file.tryRetain()).isFalse();
    }

    @Test
    void shouldFindNothingWhenTheFileIsOfAnotherKind() {
        int fd = files.install(file);

        assertThat(files.hold(fd, String.class)).isNull();
        assertThat(files.hold(-1, Object.class)).isNull();
        assertThat(files.hold(999, Object.class)).isNull();
        files.close(fd);
        assertThat(file.closed).as("a look that found nothing holds nothing").hasValue(1);
    }

    @Test
    void shouldBeABadDescriptorWhileOnlyReserved() {
        int fd = files.reserve();

        assertThat(files.get(fd)).isNull();
        assertThat(files.close(fd)).isEqualTo(Errno.EBADF);
        files.unreserve(fd);
        assertThat(files.reserve()).isEqualTo(fd);
        assertThatThrownBy(() -> files.install(fd + 1, file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reserve()");
    }

    @Test
    void shouldRefuseWithEmfileWhenTheTableIsFull() {
        FileTable small = FileTable.withLimit(5);
        assertThat(small.install(new OtherFile())).isEqualTo(3);
        assertThat(small.install(new OtherFile())).isEqualTo(4);

        assertThat(small.install(file)).isEqualTo(Errno.EMFILE);
        assertThat(file.closed).as("the reference it was given").hasValue(1);
        assertThat(small.dup(3)).isEqualTo(Errno.EMFILE);
        assertThat(small.size()).isEqualTo(2);
    }

    @Test
    void shouldCloseEverythingInOrderWhenTheProcessEnds() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int index = i;
            files.install(new OpenFile() {
                @Override
                public Object object() {
                    return index;
                }

                @Override
                protected void onLastClose() {
                    order.add(index);
                }
            });
        }

        files.closeAll();

        assertThat(order).hasSize(40).isSorted();
        assertThat(files.size()).isZero();
    }
}
