using System.Text;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>A key tells any two profiles apart: two with one key would share a kept program, which decides what a container may call.</summary>
public sealed class SeccompKeyTests
{
    private static readonly List<string>[] s_texts = [[], ["a"], ["b"], ["ab"], ["a", "b"], ["b", "a"], ["", "a"], ["a", ""], ["a", "a"]];

    private static readonly OciSyscallArg s_argument = new() { Index = 1, Op = "SCMP_CMP_EQ", Value = 2, ValueTwo = 3 };

    private static readonly OciSyscallArg[] s_arguments =
    [
        s_argument, s_argument with { Index = 2 }, s_argument with { Op = "SCMP_CMP_NE" }, s_argument with { Op = "" },
        .. Enumerable.Range(0, 64).Select(static bit => s_argument with { Value = 2 ^ (1UL << bit) }),
        .. Enumerable.Range(0, 64).Select(static bit => s_argument with { ValueTwo = 3 ^ (1UL << bit) }),
        s_argument with { Value = 3, ValueTwo = 2 },
    ];

    /// <summary>Each is compared with every other.</summary>
    [Fact]
    public void NoTwoOfManyShareOne()
    {
        List<OciSyscallArg>[] lists = [[], .. s_arguments.Select(static argument => new List<OciSyscallArg> { argument }), [s_argument, s_argument], [s_argument, s_arguments[1]], [s_arguments[1], s_argument]];
        var rules = new List<OciSyscall>();
        foreach (List<OciSyscallArg> arguments in lists)
            rules.Add(new() { Names = ["a"], Action = "x", Args = arguments });
        foreach (List<string> names in s_texts)
        {
            foreach (string action in (string[])["", "x", "y", "xy"])
            {
                foreach (uint? errno in (uint?[])[null, 0, 1, 256, 65536, 1 << 24])
                    rules.Add(new() { Names = names, Action = action, ErrnoRet = errno });
            }
        }
        List<OciSyscall> few = [.. rules.Where(static (_, index) => index % 12 == 0)];
        OciSeccomp[] profiles =
        [
            Of([]),
            .. rules.Select(static rule => Of([rule])),
            .. few.SelectMany(one => few.Select(other => Of([one, other]))),
            // All of it zeros: only the counts tell which rule has the argument.
            Of([new() { Names = [], Action = "", Args = [new() { Op = "" }] }, new() { Names = [], Action = "" }]),
            Of([new() { Names = [], Action = "" }, new() { Names = [], Action = "", Args = [new() { Op = "" }] }]),
            .. s_texts.SelectMany(static one => s_texts.Select(other => new OciSeccomp { DefaultAction = "x", Architectures = one, Flags = other })),
            .. ((string[])["", "y", "xy"]).Select(static action => new OciSeccomp { DefaultAction = action }),
            .. ((uint?[])[0, 1, 256]).Select(static errno => new OciSeccomp { DefaultAction = "x", DefaultErrnoRet = errno }),
            new() { DefaultAction = "x", ListenerPath = "/run/agent" },
        ];
        // The same in JSON is the same profile.
        string[] distinct = [.. profiles.Select(Json).Distinct()];
        Assert.InRange(distinct.Length, 1_000, profiles.Length);
        Assert.Equal(distinct.Length, profiles.Select(Key).Distinct().Count());
        Assert.Equal(distinct.Length, profiles.Select(static profile => (Json(profile), Key(profile))).Distinct().Count());
    }

    /// <summary>Longer than what there is room for at first, by one text and by many.</summary>
    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(1, 100_000)]
    [InlineData(5_000, 7)]
    public void ALongProfileIsInItWhole(int names, int length)
    {
        List<string> texts = [.. Enumerable.Range(0, names).Select(_ => new string('n', length))];
        string one = Key(Of([new() { Names = texts, Action = "x" }]));
        string other = Key(Of([new() { Names = [.. texts[..^1], texts[^1][..^1] + "m"], Action = "x" }]));
        Assert.NotEqual(one, other);
        Assert.Equal(one.Length, other.Length);
        // Each character has two bytes, each two digits.
        Assert.InRange(one.Length, names * length * 4, int.MaxValue);
    }

    [Fact]
    public void WhatMeansNothingIsNotInIt()
    {
        string plain = Key(new() { DefaultAction = "x" });
        Assert.Equal(plain, Key(new() { DefaultAction = "x", ListenerPath = "", Architectures = [], Flags = [], Syscalls = [], ListenerMetadata = "m" }));
    }

    private static OciSeccomp Of(List<OciSyscall> rules) => new() { DefaultAction = "x", Syscalls = rules };

    private static string Key(OciSeccomp profile) => Convert.ToHexString(SeccompKey.Of(profile).Bytes);

    private static string Json(OciSeccomp profile) => Encoding.UTF8.GetString(SpecWriter.Write(new() { Linux = new() { Seccomp = profile } }));
}
