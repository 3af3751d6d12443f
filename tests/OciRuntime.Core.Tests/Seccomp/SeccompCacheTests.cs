using System.Buffers.Binary;
using System.Collections;
using System.Reflection;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Kept programs: only for the same profile, and never a reason to fail.</summary>
public sealed class SeccompCacheTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();
    private readonly SafeFd _fd;
    private readonly SeccompCache _cache;

    public SeccompCacheTests()
    {
        _fd = new SafeFd(Libc.open(_root.Path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0));
        _cache = new SeccompCache(_fd.Number);
    }

    private string Kept => _root[SeccompCache.DirectoryName];

    public void Dispose()
    {
        _fd.Dispose();
        _root.Dispose();
    }

    /// <summary>Whatever the compiler reads of a profile is in its key: every property of the records is changed once.</summary>
    [Fact]
    public void EveryPropertyIsInTheKey()
    {
        foreach (PropertyInfo property in typeof(OciSeccomp).GetProperties())
        {
            bool told = property.Name == nameof(OciSeccomp.ListenerMetadata); // a word to the agent, no part of the program
            Assert.Equal((property.Name, told), (property.Name, IsSameWithout(profile => profile, property)));
        }
        foreach (PropertyInfo property in typeof(OciSyscall).GetProperties())
            Assert.False(IsSameWithout(profile => profile.Syscalls![0], property), property.Name);
        foreach (PropertyInfo property in typeof(OciSyscallArg).GetProperties())
            Assert.False(IsSameWithout(profile => profile.Syscalls![0].Args![0], property), property.Name);
    }

    /// <summary>Another compiler may make another program.</summary>
    [Fact]
    public void AnotherBuildHasOtherKeys() =>
        Assert.Contains(Build.Sources, Encoding.Unicode.GetString(SeccompKey.Of(Of([])).Bytes[sizeof(uint)..]), StringComparison.Ordinal);

    [Fact]
    public void NoTwoProfilesShareAKey()
    {
        OciSeccomp[] profiles =
        [
            Of([new() { Names = ["mkdir", "at"] }]),
            Of([new() { Names = ["mkdirat"] }]),
            Of([new() { Names = ["mkdi", "rat"] }]),
            Of([new() { Names = ["mkdir"] }, new() { Names = ["at"] }]),
            Of([new() { Names = ["mkdir"], ErrnoRet = 1 }]),
            Of([new() { Names = ["mkdir"], ErrnoRet = 0 }]),
            Of([new() { Names = ["mkdir"] }]),
            Of([]),
            new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["a", "b"] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["a"], Flags = ["b"] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Flags = ["a", "b"] },
        ];
        Assert.Equal(profiles.Length, profiles.Select(profile => Convert.ToHexString(SeccompKey.Of(profile).Bytes)).Distinct().Count());
        // Where the listener is changes nothing about the program.
        OciSeccomp first = Of([]), second = Of([]);
        (first.ListenerPath, second.ListenerPath) = ("/run/a", "/run/b");
        Assert.Equal(SeccompKey.Of(first).Bytes, SeccompKey.Of(second).Bytes);
    }

    [Fact]
    public void AKeptProgramIsTheCompiledOne()
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }, new() { Names = ["mkdirat"], Action = "SCMP_ACT_NOTIFY" }]);
        (profile.ListenerPath, profile.Flags) = ("/run/agent", ["SECCOMP_FILTER_FLAG_LOG"]);
        SeccompProgram compiled = SeccompCompiler.Compile(profile);
        DateTime? written = null;
        for (int time = 0; time < 3; time++)
        {
            SeccompProgram program = _cache.Compile(profile);
            Assert.Equal(compiled.Filter.ToArray(), program.Filter.ToArray());
            Assert.Equal((compiled.Flags, true), (program.Flags, program.NeedsListener));
            // Written once, and then read.
            string kept = Assert.Single(Directory.GetFileSystemEntries(Kept));
            Assert.Equal(written ?? File.GetLastWriteTimeUtc(kept), File.GetLastWriteTimeUtc(kept));
            written = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            File.SetLastWriteTimeUtc(kept, written.Value);
        }
        string file = Assert.Single(Directory.GetFileSystemEntries(Kept));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Kept));
        // It is read: another program in its place is what comes out.
        Exchange(file, SeccompCompiler.Compile(Of([])).Filter.Span);
        Assert.Equal(SeccompCompiler.Compile(Of([])).Filter.ToArray(), _cache.Compile(profile).Filter.ToArray());
    }

    /// <summary>crun's cache once hashed too little: a file under the right name with the key of another profile is not used.</summary>
    [Fact]
    public void AnotherProfilesFileIsNotUsed()
    {
        OciSeccomp one = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 1 }]);
        OciSeccomp other = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 16 }]);
        _cache.Compile(one);
        string file = Assert.Single(Directory.GetFiles(Kept));
        _cache.Compile(other);
        File.Copy(Directory.GetFiles(Kept).Single(path => path != file), file, overwrite: true);
        Assert.Equal(SeccompCompiler.Compile(one).Filter.ToArray(), _cache.Compile(one).Filter.ToArray());
        Assert.Equal(SeccompCompiler.Compile(other).Filter.ToArray(), _cache.Compile(other).Filter.ToArray());
    }

    /// <summary>A file that was torn, at whatever byte, is made anew.</summary>
    [Fact]
    public void ATornFileIsNotUsed()
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }]);
        byte[] filter = _cache.Compile(profile).Filter.ToArray();
        string file = Assert.Single(Directory.GetFiles(Kept));
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray());
            Assert.Equal(whole, File.ReadAllBytes(file));
            byte[] zeros = [.. whole[..length], .. new byte[whole.Length - length]];
            File.WriteAllBytes(file, zeros);
            Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray());
            Assert.Equal(whole, File.ReadAllBytes(file));
        }
    }

    /// <summary>Who could write the file decides what the container may call.</summary>
    [Theory]
    [InlineData("", 0x1F8 /* 0770 */, 0x1C0)]
    [InlineData("", 0x1C7 /* 0707 */, 0x1C0)]
    [InlineData("file", 0x1B0 /* 0660 */, 0x180)]
    [InlineData("file", 0x186 /* 0606 */, 0x180)]
    [InlineData("link", 0, 0x180)]
    public void AFileThatOthersCouldWriteIsNotUsed(string what, int mode, int former)
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }]);
        byte[] compiled = _cache.Compile(profile).Filter.ToArray(), planted = SeccompCompiler.Compile(Of([])).Filter.ToArray();
        string file = Assert.Single(Directory.GetFiles(Kept));
        Exchange(file, planted);
        Assert.Equal(planted, _cache.Compile(profile).Filter.ToArray());
        if (what == "link")
        {
            File.Move(file, _root["moved"]);
            File.CreateSymbolicLink(file, _root["moved"]);
            Assert.Equal(compiled, _cache.Compile(profile).Filter.ToArray());
            return;
        }
        string changed = what.Length == 0 ? Kept : file;
        File.SetUnixFileMode(changed, (UnixFileMode)mode);
        Assert.Equal(compiled, _cache.Compile(profile).Filter.ToArray());
        if (what.Length == 0)
        {
            File.SetUnixFileMode(changed, (UnixFileMode)former);
            Assert.Equal(planted, _cache.Compile(profile).Filter.ToArray()); // nothing was written there either
        }
    }

    [Fact]
    public void WhereNothingCanBeKeptItIsCompiled()
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }]);
        byte[] filter = SeccompCompiler.Compile(profile).Filter.ToArray();
        File.WriteAllText(Kept, "in the way");
        Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray());
        File.Delete(Kept);
        File.CreateSymbolicLink(Kept, "/tmp");
        Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray());
        File.Delete(Kept);
        Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray());
        string file = Assert.Single(Directory.GetFiles(Kept));
        File.Delete(file);
        Directory.CreateDirectory(file);
        Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray());
        Assert.Equal([file], Directory.GetFileSystemEntries(Kept));
    }

    [Fact]
    public void AnInvalidProfileIsRefusedEachTime()
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_NOTHING" }]);
        for (int time = 0; time < 2; time++)
            Assert.Equal("/linux/seccomp/syscalls/0/action", Assert.Throws<OciException>(() => _cache.Compile(profile)).SpecPointer);
        Assert.False(Directory.Exists(Kept));
    }

    [Fact]
    public void ItDoesNotGrowForEver()
    {
        for (uint errno = 1; errno <= 3 * SeccompCache.MostFiles; errno++)
        {
            _cache.Compile(Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO", ErrnoRet = errno }]));
            Assert.InRange(Directory.GetFiles(Kept).Length, 1, SeccompCache.MostFiles);
        }
    }

    [Fact]
    public void ManyCanKeepTheSameAtOnce()
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }]);
        byte[] filter = SeccompCompiler.Compile(profile).Filter.ToArray();
        for (int round = 0; round < 50; round++)
        {
            Parallel.For(0, 8, _ => Assert.Equal(filter, _cache.Compile(profile).Filter.ToArray()));
            Assert.True(_cache.Compile(profile).Filter.Span.SequenceEqual(filter));
            Assert.DoesNotContain(Directory.GetFiles(Kept), path => path.EndsWith(".new", StringComparison.Ordinal));
            Directory.Delete(Kept, recursive: true);
        }
    }

    /// <summary>A runtime that was killed in the middle of keeping one leaves its temporary file: it is in the way once.</summary>
    [Fact]
    public void AnotherRuntimesHalfFileIsInTheWayOnce()
    {
        OciSeccomp profile = Of([new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }]);
        _cache.Compile(profile);
        string file = Assert.Single(Directory.GetFiles(Kept));
        File.Move(file, file + ".new");
        _cache.Compile(profile);
        Assert.Empty(Directory.GetFiles(Kept));
        _cache.Compile(profile);
        Assert.Equal([file], Directory.GetFiles(Kept));
    }

    private static OciSeccomp Of(List<OciSyscall> syscalls) => new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = syscalls };

    // Whether a profile that has everything keeps its key when a property takes its default.
    private static bool IsSameWithout(Func<OciSeccomp, object> part, PropertyInfo property)
    {
        OciSeccomp profile = Full();
        object record = part(profile);
        object? value = property.GetValue(record);
        Assert.True(value is not (null or 0u or 0ul or "" or ICollection { Count: 0 }), property.Name + " has no value to take away");
        property.SetValue(record, property.PropertyType == typeof(string) ? string.Empty : property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null);
        return SeccompKey.Of(profile).Bytes.SequenceEqual(SeccompKey.Of(Full()).Bytes);
    }

    private static OciSeccomp Full() => new()
    {
        DefaultAction = "SCMP_ACT_ERRNO",
        DefaultErrnoRet = 5,
        Architectures = ["SCMP_ARCH_X86_64"],
        Flags = ["SECCOMP_FILTER_FLAG_LOG"],
        ListenerPath = "/run/agent",
        ListenerMetadata = "words",
        Syscalls = [new() { Names = ["read"], Action = "SCMP_ACT_ALLOW", ErrnoRet = 6, Args = [new() { Index = 1, Value = 7, ValueTwo = 8, Op = "SCMP_CMP_EQ" }] }],
    };

    /// <summary>Puts another filter into a kept file, all else right.</summary>
    internal static void Exchange(string file, ReadOnlySpan<byte> filter)
    {
        byte[] bytes = File.ReadAllBytes(file);
        byte[] exchanged = [.. bytes[..(24 + BitConverter.ToInt32(bytes, 8))], .. filter];
        BinaryPrimitives.WriteUInt64LittleEndian(exchanged, SeccompCache.Hash(exchanged.AsSpan(8)));
        File.WriteAllBytes(file, exchanged);
    }
}
