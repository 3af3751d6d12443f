using System.Text;

namespace OciRuntime.Core.Seccomp;

/// <summary>System call names and numbers, from the kernel's headers; constant data that costs nothing at startup.</summary>
internal static partial class SyscallTable
{
    /// <summary>How many names there are.</summary>
    internal static int Count => Offsets.Length - 1;

    /// <summary>The name at an index, 0 to <see cref="Count"/> - 1, in ordinal order.</summary>
    internal static string NameAt(int index) => Encoding.ASCII.GetString(Utf8At(index));

    /// <summary>All names, in ordinal order.</summary>
    internal static IEnumerable<string> AllNames => Enumerable.Range(0, Count).Select(NameAt);

    /// <summary>Number of a call, or -1 when that architecture does not have it.</summary>
    internal static int Number(SyscallColumn column, string name)
    {
        int index = IndexOf(name);
        return index < 0 ? -1 : Numbers(column)[index];
    }

    /// <summary>True when any architecture has the call.</summary>
    internal static bool IsKnown(string name) => IndexOf(name) >= 0;

    /// <summary>Name of a call of one architecture, or null when the table has none with that number.</summary>
    internal static string? NameOf(SyscallColumn column, int number)
    {
        int index = number < 0 ? -1 : Numbers(column).IndexOf(number);
        return index < 0 ? null : NameAt(index);
    }

    /// <summary>Index of a name, or -1.</summary>
    internal static int IndexOf(string name)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Compare(Utf8At(middle), name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    /// <summary>Numbers of one architecture in the order of the names.</summary>
    internal static ReadOnlySpan<int> Numbers(SyscallColumn column) => column switch
    {
        SyscallColumn.X86_64 => Numbers_x86_64,
        SyscallColumn.X86 => Numbers_x86,
        SyscallColumn.X32 => Numbers_x32,
        SyscallColumn.Aarch64 => Numbers_aarch64,
        SyscallColumn.Arm => Numbers_arm,
        SyscallColumn.Riscv64 => Numbers_riscv64,
        SyscallColumn.Ppc64le => Numbers_ppc64le,
        _ => Numbers_s390x,
    };

    private static ReadOnlySpan<byte> Utf8At(int index) => Names[Offsets[index]..(Offsets[index + 1] - 1)];

    private static int Compare(ReadOnlySpan<byte> name, string other)
    {
        int common = Math.Min(name.Length, other.Length);
        for (int i = 0; i < common; i++)
        {
            int difference = name[i] - other[i];
            if (difference != 0)
                return difference;
        }

        return name.Length - other.Length;
    }
}
