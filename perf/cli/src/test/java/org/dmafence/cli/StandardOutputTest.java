package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    @Test
    void shouldRememberWhyWhenTheDiskIsFull() {
        StandardOutput output = new StandardOutput(failing("No space left on device"));
        print(output);

        assertThat(output.missing()).isEqualTo("No space left on device");
    }

    @Test
    void shouldMissNothingWhenTheReaderHasGone() {
        StandardOutput output = new StandardOutput(failing("Broken pipe"));
        print(output);

        assertThat(output.missing()).isNull();
    }

    @Test
    void shouldMissNothingWhenAllWasWritten() {
        StandardOutput output = new StandardOutput(OutputStream.nullOutputStream());
        print(output);

        assertThat(output.missing()).isNull();
    }

    private static void print(StandardOutput output) {
        PrintWriter writer = output.writer();
        writer.println("a report");
        writer.flush();
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }
}
