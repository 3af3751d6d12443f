using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>linux.devices (mknod(2)).</summary>
internal static class DeviceRules
{
    private static readonly string[] s_types = ["c", "b", "u", "p"];

    public static void Check(OciSpec spec, SpecProblems problems)
    {
        for (int i = 0; i < spec.Linux?.Devices?.Count; i++)
            Device(spec.Linux.Devices[i], SpecPointer.Item("/linux/devices", i), problems);
    }

    private static void Device(OciDevice device, string at, SpecProblems problems)
    {
        problems.OneOf(at + "/type", "device type", device.Type, s_types);
        problems.AbsolutePath(at + "/path", device.Path);
        problems.Id(at + "/uid", device.Uid);
        problems.Id(at + "/gid", device.Gid);
        if (device.Type is "c" or "b" or "u")
        {
            // dev_t has 12 bits for the major and 20 for the minor number.
            Number(device.Major, 0xFFF, at + "/major", problems);
            Number(device.Minor, 0xFFFFF, at + "/minor", problems);
        }
    }

    private static void Number(long? number, long max, string pointer, SpecProblems problems)
    {
        if (number is not { } value)
            problems.Add(pointer, "required for a device of this type");
        else if (value < 0 || value > max)
            problems.Add(pointer, $"must be between 0 and {max}, found {value}");
    }
}
