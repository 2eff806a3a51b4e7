using System.Text;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Tests;

/// <summary>A standard output whose reader is gone.</summary>
internal sealed class BrokenWriter : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw new OutputClosedException();
}
