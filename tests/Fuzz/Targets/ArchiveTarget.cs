using System.Buffers.Binary;
using System.Text;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Fuzz.Targets;

/// <summary>Root filesystems from tar archives: what is unpacked stays inside, and what can't be is refused.</summary>
internal sealed class ArchiveTarget : Target, IDisposable
{
    private const int Block = 512;
    private static readonly string[] s_names = ["/", "..", "../../outside/file", "link/file", "/link", "a/../../b", "", ".", "dir/", ".wh.file", ".wh..wh..opq", "link"];

    private readonly string _work = Directory.CreateTempSubdirectory("oci-fuzz-").FullName;
    private readonly SafeFd _workDirectory;

    public ArchiveTarget()
    {
        _workDirectory = new SafeFd(Libc.open(_work, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0));
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Path.Combine(Outside, "file"), "untouched");
    }

    public override string Name => "archive";

    private string Outside => Path.Combine(_work, "outside");

    public void Dispose()
    {
        _workDirectory.Dispose();
        Directory.Delete(_work, recursive: true);
    }

    public override bool Read(byte[] input)
    {
        string archive = Path.Combine(_work, "archive.tar"), bundle = Path.Combine(_work, "bundle");
        File.WriteAllBytes(archive, input);
        try
        {
            BundleBuilder.FromArchive(bundle, archive);
            return true;
        }
        catch (OciException)
        {
            WrongException.Unless(!Directory.Exists(bundle), "a bundle is left of an archive that was refused");
            return false;
        }
        finally
        {
            TreeRemoval.TryRemove(_workDirectory.Number, "bundle");
            WrongException.Unless(Directory.GetFileSystemEntries(_work).Length == 2 && File.ReadAllText(Path.Combine(Outside, "file")) == "untouched", "something was written outside of the bundle");
        }
    }

    // A header's field changes, and the checksum with it; or an entry moves, doubles or goes; or bytes change.
    public override byte[] Change(byte[] input, Random random)
    {
        if (input.Length < 2 * Block || random.Next(6) == 0)
            return ByteChange.Apply(input, random, "/.\0 07x"u8);
        byte[] changed = [.. input];
        int at = random.Next(input.Length / Block) * Block;
        Span<byte> header = changed.AsSpan(at, Block);
        switch (random.Next(6))
        {
            case 0: // name, or what a link leads to
                Put(header.Slice(random.Next(2) == 0 ? 0 : 157, 100), s_names[random.Next(s_names.Length)]);
                break;
            case 1: // type
                header[156] = "0123456789LKxgSDVMA\0"u8[random.Next(20)];
                break;
            case 2: // size, base 256 too
                if (random.Next(2) == 0)
                    Put(header.Slice(124, 12), Convert.ToString(random.NextInt64(1L << random.Next(1, 33)), 8));
                else
                    BinaryPrimitives.WriteInt64BigEndian(header.Slice(128, 8), random.NextInt64() >> random.Next(60));
                break;
            case 3: // mode, owner, time, numbers of a device, prefix
                Put(header.Slice(((int[])[100, 108, 116, 136, 329, 337, 345])[random.Next(7)], 8), random.Next(2) == 0 ? "7777777" : s_names[random.Next(s_names.Length)]);
                break;
            case 4:
                return [.. changed[..at], .. changed.AsSpan(random.Next(input.Length / Block) * Block, Block), .. changed[at..]];
            default:
                return [.. changed[..at], .. changed[(at + Block)..]];
        }
        Put(header.Slice(148, 8), "        ");
        int sum = 0;
        foreach (byte value in header)
            sum += value;
        Put(header.Slice(148, 8), Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return changed;
    }

    private static void Put(Span<byte> field, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        field.Clear();
        bytes.AsSpan(0, Math.Min(bytes.Length, field.Length)).CopyTo(field);
    }
}
