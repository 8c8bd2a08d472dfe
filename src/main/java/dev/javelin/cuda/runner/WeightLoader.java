package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.kernel.RandomFillKernel;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.cuda.runner.WeightLayout.Placement;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightContent;
import dev.javelin.model.hub.DownloadProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Streams weights from the checkpoint's mapping to the device: threads convert rows into pinned buffers, two each,
 * while the copy engine empties the other. Confined to the thread that loads; its workers end with {@link #load}.
 *
 * <p>Host memory is two pinned buffers a thread, whatever the model's size.
 */
final class WeightLoader {
    private static final int MOST_THREADS = 8;
    private static final long BUFFER_BYTES = 8L << 20;
    private static final int BUFFERS = 2;
    private static final long PROGRESS_MILLIS = 200;

    private final CudaDevice device;
    private final ElementType type;
    private final RandomFillKernel randomFill;
    private final ConcurrentLinkedQueue<Piece> pieces = new ConcurrentLinkedQueue<>();
    private final AtomicLong doneBytes = new AtomicLong();

    /** Consecutive rows of a weight. */
    private record Piece(Placement placement, long firstRow, long rowCount) {}

    WeightLoader(CudaDevice device, ElementType type, RandomFillKernel randomFill) {
        this.device = device;
        this.type = type;
        this.randomFill = randomFill;
    }

    /**
     * Fills every place; returns when the device holds all.
     *
     * @param stream for weights that the device makes itself
     * @throws JavelinException DEVICE_FAILED if a copy failed, MODEL_CORRUPT if the file could not be read
     */
    void load(List<Placement> placements, CudaStream stream, DownloadProgress progress) {
        long totalBytes = 0;
        for (Placement placement : placements) {
            switch (placement.weight().content()) {
                case WeightContent.Stored stored -> totalBytes += cut(placement);
                case WeightContent.Random random -> randomFill.launch(stream, placement.target(), random);
            }
        }
        stream.synchronize();
        int threads = Math.max(1, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
        progress.onStart("weights", totalBytes, 0);
        try (ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("load-weights-", 0).factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(workers.submit(this::work));
            }
            for (Future<?> worker : running) {
                follow(worker, progress);
            }
        } finally {
            pieces.clear();
            progress.onEnd();
        }
    }

    private long cut(Placement placement) {
        Weight weight = placement.weight();
        long rowBytes = weight.columns() * type.bytes();
        long rowsAtOnce = Math.max(1, BUFFER_BYTES / rowBytes);
        for (long row = 0; row < weight.rows(); row += rowsAtOnce) {
            pieces.add(new Piece(placement, row, Math.min(rowsAtOnce, weight.rows() - row)));
        }
        return weight.rows() * rowBytes;
    }

    private void follow(Future<?> worker, DownloadProgress progress) {
        while (true) {
            try {
                worker.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException stillRunning) {
                progress.onBytes(doneBytes.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JavelinException(ErrorCode.CANCELLED, "loading weights was interrupted", e);
            } catch (ExecutionException e) {
                pieces.clear();
                throw e.getCause() instanceof JavelinException known
                        ? known
                        : new JavelinException(ErrorCode.MODEL_CORRUPT, "weights cannot be read: " + e.getCause(), e);
            }
        }
    }

    private void work() {
        device.makeCurrent();
        WeightConversion conversion = new WeightConversion(type);
        List<Staging> stagings = new ArrayList<>();
        try (CudaStream stream = CudaStream.create()) {
            for (int turn = 0; ; turn++) {
                Piece piece = pieces.poll();
                if (piece == null) {
                    break;
                }
                long bytes = piece.rowCount() * piece.placement().weight().columns() * type.bytes();
                if (stagings.size() < BUFFERS) {
                    stagings.add(Staging.allocate(Math.max(BUFFER_BYTES, bytes)));
                }
                Staging staging = stagings.get(turn % BUFFERS).fitting(bytes);
                stagings.set(turn % BUFFERS, staging);
                copy(piece, bytes, conversion, staging, stream);
            }
            stream.synchronize();
        } finally {
            stagings.forEach(Staging::close);
        }
    }

    private void copy(Piece piece, long bytes, WeightConversion conversion, Staging staging, CudaStream stream) {
        Weight weight = piece.placement().weight();
        staging.empty().synchronize();
        conversion.convert(
                weight.format(),
                weight.data(),
                piece.firstRow() * weight.format().rowBytes(weight.columns()),
                piece.rowCount() * weight.columns(),
                staging.buffer().segment());
        long at = piece.firstRow() * weight.columns() * type.bytes();
        DeviceCopies.toDevice(stream, piece.placement().target().slice(at, bytes), staging.buffer(), 0, bytes);
        stream.record(staging.empty());
        doneBytes.addAndGet(bytes);
    }

    /** A pinned buffer, and the event after which it may be filled again. */
    private record Staging(PinnedBuffer buffer, CudaEvent empty) implements AutoCloseable {
        static Staging allocate(long bytes) {
            return new Staging(PinnedBuffer.allocate(bytes), CudaEvent.create(false));
        }

        /** This one, or a larger one in its place where a single row needs it. */
        Staging fitting(long bytes) {
            if (buffer.bytes() >= bytes) {
                return this;
            }
            empty.synchronize();
            close();
            return allocate(bytes);
        }

        @Override
        public void close() {
            empty.close();
            buffer.close();
        }
    }
}
