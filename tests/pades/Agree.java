/* Agree.java - each signature of each file, by PDFBox (which bytes are signed) and BouncyCastle (the CMS, its
 * certificate as RFC 5035 names it, and the path to the anchor). A line a file: its name and what was found.
 * usage: java Agree ANCHOR.pem FILE.pdf… */
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public class Agree {
	static final BouncyCastleProvider BC = new BouncyCastleProvider();

	static byte[] read(File file) throws Exception {
		try (InputStream in = new FileInputStream(file)) {
			return in.readAllBytes();
		}
	}

	static boolean names(SignerInformation signer, X509CertificateHolder holder) throws Exception {
		Attribute a = signer.getSignedAttributes().get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
		ESSCertIDv2 id = SigningCertificateV2.getInstance(a.getAttrValues().getObjectAt(0)).getCerts()[0];
		String md = id.getHashAlgorithm().getAlgorithm().getId();

		return Arrays.equals(id.getCertHash(), MessageDigest.getInstance(md, BC).digest(holder.getEncoded()));
	}

	static void path(X509Certificate anchor, X509Certificate signer, Collection<X509Certificate> all) throws Exception {
		X509CertSelector target = new X509CertSelector();
		target.setCertificate(signer);
		PKIXBuilderParameters p = new PKIXBuilderParameters(
		    Collections.singleton(new TrustAnchor(anchor, null)), target);
		p.setRevocationEnabled(false);
		p.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
		CertPathBuilder.getInstance("PKIX", BC).build(p);
	}

	static String judge(byte[] file, PDSignature s, X509Certificate anchor) throws Exception {
		CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(s.getSignedContent(file)),
		    s.getContents(file));
		Collection<SignerInformation> signers = cms.getSignerInfos().getSigners();
		SignerInformation signer = signers.iterator().next();
		List<X509Certificate> all = new ArrayList<>();
		for (X509CertificateHolder c : (Collection<X509CertificateHolder>) cms.getCertificates().getMatches(null))
			all.add(new JcaX509CertificateConverter().getCertificate(c));
		X509CertificateHolder holder =
		    (X509CertificateHolder) cms.getCertificates().getMatches(signer.getSID()).iterator().next();

		if (signers.size() != 1 || !names(signer, holder))
			return "another certificate";
		path(anchor, new JcaX509CertificateConverter().getCertificate(holder), all);
		return signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(holder)) ? "valid" : "bad";
	}

	public static void main(String[] args) throws Exception {
		X509Certificate anchor = (X509Certificate) CertificateFactory.getInstance("X.509")
		    .generateCertificate(new FileInputStream(args[0]));

		for (int i = 1; i < args.length; i++) {
			File path = new File(args[i]);
			byte[] file = read(path);
			StringBuilder line = new StringBuilder(path.getName());
			try (PDDocument doc = PDDocument.load(file)) {
				line.append(" pages=").append(doc.getNumberOfPages());
				for (PDSignature s : doc.getSignatureDictionaries())
					line.append(' ').append(judge(file, s, anchor));
			} catch (Exception e) {
				line.append(" error: ").append(e);
			}
			System.out.println(line);
		}
	}
}
