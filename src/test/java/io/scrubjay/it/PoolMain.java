package io.scrubjay.it;

import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.SpdkDevice;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.SpdkPool;
import io.scrubjay.engine.spdk.SpdkPool.FormatPolicy;

/** A program that opens a pool, and ends: {@code PoolMain <device> <way>}. */
final class PoolMain {
    /** What {@link Way#EXIT} ends with. */
    static final int STATUS = 3;

    private PoolMain() {}

    /** How it ends. None of them closes the pool. */
    enum Way {
        RETURN,
        EXIT,
        THROW
    }

    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) {
        SpdkEngine engine =
                SpdkEngine.open(SpdkPool.on(SpdkDevice.parse(arguments[0])).withFormat(FormatPolicy.IF_BLANK));
        VolumeName name = VolumeName.of("volume");
        if (engine.find(name).isEmpty()) {
            engine.create(name, 1 << 20, Provisioning.THIN);
        }
        switch (Way.valueOf(arguments[1])) {
            case RETURN -> System.out.println("returns");
            case EXIT -> System.exit(STATUS);
            case THROW -> throw new IllegalStateException("thrown");
        }
    }
}
